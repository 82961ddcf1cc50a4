// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the variables of Dockerfiles.
import { globToRegExp } from '../../../rehearsal/images/glob';
import { mapBuildCommand } from '../../../rehearsal/images/host-paths';
import { expandVariables } from '../../../rehearsal/images/variables';

describe('expandVariables', () => {
  it.each([
    ['$A-${A}', 'one-one'],
    ['${B:-two}', 'two'],
    ['${A:+set}${B:+set}', 'set'],
    ['\\$A $B.', '$A .'],
    ['${B:-$A}', 'one'],
  ])('fills %j', (text, expected) => {
    expect(expandVariables(text, { A: 'one' })).toBe(expected);
  });
});

describe('globToRegExp', () => {
  it.each([
    ['*.js', 'a.js', true],
    ['*.js', 'a/b.js', false],
    ['**/*.js', 'a/b.js', true],
    ['**/*.js', 'b.js', true],
    ['a?c', 'abc', true],
    ['[ab].c', 'b.c', true],
    ['[!ab].c', 'b.c', false],
    ['a.c', 'abc', false],
  ])('%j against %j is %j', (pattern, path, expected) => {
    expect(globToRegExp(pattern).test(path)).toBe(expected);
  });
});

describe('mapBuildCommand', () => {
  it.each([
    ['rm -rf /var/lib/apt/lists/*', 'rm -rf /R/var/lib/apt/lists/*'],
    ['go build -o /server .', 'go build -o /R/server .'],
    ['curl -o x https://example.com/a/b', 'curl -o x https://example.com/a/b'],
    ['echo x > /dev/null && A=/etc/x', 'echo x > /dev/null && A=/R/etc/x'],
    ['sed -i s/a/b/ file', 'sed -i s/a/b/ file'],
    ['/bin/sh -c "cat /app/x"', '/bin/sh -c "cat /R/app/x"'],
  ])('turns %j into %j', (command, expected) => {
    expect(mapBuildCommand('/R', command)).toBe(expected);
  });
});
