import { apiName, toApiCase } from '../../../../rehearsal/assembly/deploy/camel-case';

describe('apiName', () => {
  it.each([
    ['PortMappings', 'portMappings'],
    ['TLS', 'tls'],
    ['AWSCloudMap', 'awsCloudMap'],
    ['HTTP2', 'http2'],
    ['DNS', 'dns'],
    ['IPPreference', 'ipPreference'],
    ['EnableECSManagedTags', 'enableECSManagedTags'],
    ['EFSVolumeConfiguration', 'efsVolumeConfiguration'],
    ['already', 'already'],
  ])('spells %s as %s', (property, expected) => {
    expect(apiName(property)).toBe(expected);
  });
});

describe('toApiCase', () => {
  it('leaves values, and keys that the user chose', () => {
    const input = {
      Log: { LogDriver: 'AWSLogs', Options: { Key: 'X' } },
      DockerLabels: { A: 'B' },
      Tags: [{ Key: 'K' }],
    };
    expect(toApiCase(input)).toEqual({
      log: { logDriver: 'AWSLogs', options: { Key: 'X' } },
      dockerLabels: { A: 'B' },
      tags: [{ key: 'K' }],
    });
  });
});
