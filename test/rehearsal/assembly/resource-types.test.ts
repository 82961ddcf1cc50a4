import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESOURCE_TYPES, resourceTypeOf } from '../../../rehearsal/assembly/resource-types/table';

const README = readFileSync(join(__dirname, '../../../rehearsal/assembly/README.md'), 'utf8');

function listed(treatment: 'Live' | 'Inert'): readonly string[] {
  const paragraphs = README.split('\n\n').filter((paragraph) => paragraph.includes(`**${treatment}**,`));
  return paragraphs.flatMap((paragraph) => paragraph.match(/AWS::\w+::\w+/g) ?? []).sort();
}

function known(treatment: 'live' | 'inert'): readonly string[] {
  return Object.keys(RESOURCE_TYPES)
    .filter((type) => RESOURCE_TYPES[type]?.treatment === treatment)
    .sort();
}

describe('RESOURCE_TYPES', () => {
  it('is what the README lists', () => {
    expect(listed('Live')).toEqual(known('live'));
    expect(listed('Inert')).toEqual(known('inert'));
  });

  it('says of no property both that it is used and that it is ignored', () => {
    for (const { used = [], ignored = [] } of Object.values(RESOURCE_TYPES)) {
      expect(used.filter((property) => ignored.includes(property))).toEqual([]);
    }
  });

  it('refuses an unknown type and says where to add it', () => {
    expect(() => resourceTypeOf('AWS::Glue::Job')).toThrow(
      /"AWS::Glue::Job" is not known .* rehearsal\/assembly\/resource-types\//,
    );
  });
});
