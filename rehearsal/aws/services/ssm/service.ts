import type { ApiContext, ApiOperation, ApiService, WireProtocol } from '../../api';
import { parameterOperations } from './operations';
import { ParameterStore } from './store';
import { parameterTagOperations } from './tag-operations';

/** The Parameter Store of Systems Manager as its API behaves. */
export class SsmService implements ApiService {
  readonly signingName = 'ssm';
  readonly protocols: readonly WireProtocol[] = [{ kind: 'json', version: '1.1', targetPrefix: 'AmazonSSM' }];
  readonly operations: Readonly<Record<string, ApiOperation>>;

  constructor(context: ApiContext) {
    const store = new ParameterStore(context);
    this.operations = { ...parameterOperations(store), ...parameterTagOperations(store) };
  }
}
