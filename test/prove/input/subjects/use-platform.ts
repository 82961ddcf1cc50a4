import { whyNameIsRefused } from '../../../../core/config/aws-names';
import { type PlatformConfig, RESERVED_SERVICE_NAMES } from '../../../../core/config/platform-schema';
import { serviceParameterName, versionResourceName } from '../../../../core/config/service-binding';
import {
  executionRoleName,
  functionName,
  imageRepositoryName,
  logGroupName,
  pipelineName,
  pipelinePartName,
  stackName,
  stateMachineName,
  taskRoleName,
} from '../../../../lib/naming';

/** Longest version that names may have to hold. */
const VERSION = '0123abcd-9999';

/** Makes every name that the stacks and the functions give, and asks AWS's rules about each. */
export function useNames(platform: PlatformConfig): string | null {
  const { environment } = platform;
  const names = [
    ['AWS::StepFunctions::StateMachine', stateMachineName(environment)],
    ['AWS::Lambda::Function', functionName(environment, 'remove-unnamed-versions')],
    ...RESERVED_SERVICE_NAMES.map((unit) => ['AWS::CloudFormation::Stack', stackName(environment, unit)]),
    ...platform.services.flatMap(({ name }) => serviceNames(environment, name)),
    ['AWS::ServiceDiscovery::PrivateDnsNamespace', platform.namespace],
  ];
  const refused = names
    .map(([type = '', name = '']) => whyNameIsRefused(type, name))
    .find((why) => why !== null);
  const unique = new Set(platform.services.map(({ name }) => name));
  if (unique.size !== platform.services.length || !unique.has(platform.ingress)) {
    return 'a name stands twice, or the ingress is none of the services';
  }
  return refused ?? null;
}

function serviceNames(environment: string, service: string): readonly (readonly string[])[] {
  const binding = { environment, service };
  return [
    ['AWS::CloudFormation::Stack', stackName(environment, service)],
    ['AWS::IAM::Role', taskRoleName(environment, service)],
    ['AWS::IAM::Role', executionRoleName(environment, service)],
    ['AWS::IAM::Role', pipelinePartName(environment, service, 'pipeline')],
    ['AWS::CodeBuild::Project', pipelinePartName(environment, service, 'check')],
    ['AWS::CodePipeline::Pipeline', pipelineName(environment, service)],
    ['AWS::ECR::Repository', imageRepositoryName(environment, service)],
    ['AWS::Logs::LogGroup', logGroupName(environment, service)],
    ['AWS::SSM::Parameter', serviceParameterName(environment, service)],
    ['AWS::ECS::Service', versionResourceName(binding, VERSION)],
    ['AWS::ServiceDiscovery::Service', versionResourceName(binding, VERSION)],
    ['AWS::AppMesh::VirtualNode', versionResourceName(binding, VERSION)],
  ];
}
