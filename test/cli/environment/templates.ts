const ENVIRONMENT = [{ Key: 'ecs-canary:environment', Value: 'demo' }];

/** The shared stack of a small environment: mesh, cluster, namespace, exported to the others. */
export const CLUSTER = {
  Resources: {
    Mesh: { Type: 'AWS::AppMesh::Mesh', Properties: { MeshName: 'demo', Spec: {}, Tags: ENVIRONMENT } },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'demo', Tags: ENVIRONMENT } },
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16', Tags: ENVIRONMENT } },
    Namespace: {
      Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
      Properties: { Name: 'shop.local', Vpc: { Ref: 'Vpc' }, Tags: ENVIRONMENT },
    },
  },
  Outputs: {
    Namespace: {
      Value: { 'Fn::GetAtt': ['Namespace', 'Id'] },
      Export: { Name: 'demo-cluster:namespace' },
    },
  },
};

/** The rollout's stack: state machine, recovery, a function. */
export const ROLLOUT = {
  Resources: {
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'demo-rollout',
        DefinitionString: '{}',
        RoleArn: 'arn:aws:iam::1:role/r',
        Tags: ENVIRONMENT,
      },
    },
    Recovery: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'demo-recovery', State: 'ENABLED', Tags: ENVIRONMENT },
    },
    Shift: {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: 'demo-shift-traffic', Tags: ENVIRONMENT },
    },
  },
};

/** A service's stack: name, router, log group, pipeline with its artifacts, repository and images. */
export const WEB = {
  Resources: {
    Router: {
      Type: 'AWS::AppMesh::VirtualRouter',
      Properties: {
        MeshName: 'demo',
        VirtualRouterName: 'web',
        Spec: { Listeners: [{ PortMapping: { Port: 8080, Protocol: 'http' } }] },
        Tags: ENVIRONMENT,
      },
    },
    Name: {
      Type: 'AWS::ServiceDiscovery::Service',
      Properties: {
        Name: 'web',
        NamespaceId: { 'Fn::ImportValue': 'demo-cluster:namespace' },
        Tags: ENVIRONMENT,
      },
    },
    Log: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/ecs-canary/demo/services/web', Tags: ENVIRONMENT },
    },
    Artifacts: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      Properties: {
        BucketName: 'demo-web-artifacts',
        VersioningConfiguration: { Status: 'Enabled' },
        Tags: ENVIRONMENT,
      },
    },
    Images: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'demo-web', Tags: ENVIRONMENT } },
    Code: {
      Type: 'AWS::CodeCommit::Repository',
      DeletionPolicy: 'Retain',
      Properties: { RepositoryName: 'demo-web', Tags: ENVIRONMENT },
    },
    Pipeline: {
      Type: 'AWS::CodePipeline::Pipeline',
      Properties: {
        Name: 'demo-web',
        Stages: [{ Name: 'Source' }, { Name: 'Build' }],
        Tags: ENVIRONMENT,
      },
    },
    Binding: {
      Type: 'AWS::SSM::Parameter',
      Properties: {
        Name: '/ecs-canary/demo/services/web',
        Type: 'String',
        Value: '{}',
        Tags: { 'ecs-canary:environment': 'demo' },
      },
    },
  },
};

/** The environment, in the order in which its stacks can be made. */
export const DEMO = { 'demo-cluster': CLUSTER, 'demo-rollout': ROLLOUT, 'demo-web': WEB };
export const DEMO_TAGS = { 'ecs-canary:environment': 'demo' };
