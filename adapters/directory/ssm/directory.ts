import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { parseDocument } from '../../../core/config/problems';
import {
  type ServiceBinding,
  serviceBindingSchema,
  serviceParameterName,
} from '../../../core/config/service-binding';
import { CanaryError, InvalidInput } from '../../../core/errors';
import type { ServiceDirectory } from '../../../core/ports/service-directory';
import { callAws, isAwsError } from '../../aws-errors';

/** Bindings of an environment's services, one SSM parameter each. */
export class SsmServiceDirectory implements ServiceDirectory {
  constructor(
    private readonly client: SSMClient,
    private readonly environment: string,
  ) {}

  async load(service: string): Promise<ServiceBinding> {
    const name = serviceParameterName(this.environment, service);
    const text = await callAws({ action: 'ssm:GetParameter', on: { parameter: name } }, async () => {
      try {
        const { Parameter } = await this.client.send(new GetParameterCommand({ Name: name }));
        return Parameter?.Value ?? '';
      } catch (error) {
        throw isAwsError(error, 'ParameterNotFound') ? this.unknown(service, name) : error;
      }
    });
    return parseDocument(serviceBindingSchema, readJson(text, name), `parameter ${name}`);
  }

  private unknown(service: string, parameter: string): CanaryError {
    return new CanaryError(
      'UnknownService',
      `service "${service}" is not deployed in environment "${this.environment}": parameter "${parameter}" does not exist; add the service to platform.yaml and deploy its stack, or correct the name`,
      { service, environment: this.environment, parameter },
    );
  }
}

function readJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput(`parameter ${name}`, [
      {
        path: '',
        received: 'text that is not JSON',
        allowed: 'JSON',
        todo: 'deploy the service’s stack again',
      },
    ]);
  }
}
