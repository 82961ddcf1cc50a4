/** What App Mesh holds, as CloudFormation (`AWS::AppMesh::KIND`) and the API (`DeleteKIND`, `UpdateKIND`) name it. */
export const MESH_KINDS = [
  'Mesh',
  'VirtualNode',
  'VirtualRouter',
  'Route',
  'VirtualService',
  'VirtualGateway',
  'GatewayRoute',
] as const;
