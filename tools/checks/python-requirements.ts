/** A line of a list of Python packages, with those that it continues on, without comments. */
function entriesOf(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

const EXACT = /^([\w.-]+)(?:\[[\w,-]+\])?==(\d+(?:\.\w+)*)$/;

/** What is wrong with a list that people write: each package at one version. */
export function looseRequirements(text: string): readonly string[] {
  return entriesOf(text)
    .filter((entry) => !EXACT.test(entry))
    .map((entry) => `"${entry}" is no exact version; write name==version`);
}

/** What is wrong with a list that pip installs from: each package at one version, and its files by their hashes. */
export function unhashedRequirements(text: string): readonly string[] {
  return entriesOf(text).flatMap((entry) => {
    const [requirement = '', ...options] = entry.split(/\s+(?=--)/);
    const [exact = ''] = requirement.split(/\s*;/);
    if (!EXACT.test(exact)) {
      return [`"${requirement}" is no exact version; write the list anew, as its first lines say`];
    }
    const isHashed = options.length > 0 && options.every((each) => /^--hash=sha256:[0-9a-f]{64}$/.test(each));
    return isHashed ? [] : [`"${exact}" has no hashes; write the list anew, as its first lines say`];
  });
}

/** What stands in a list that people write, and not in the one that is installed. */
export function forgottenRequirements(
  files: readonly string[],
  read: (file: string) => string,
): readonly string[] {
  const pins = (file: string): ReadonlyMap<string, string> =>
    new Map(
      files.includes(file)
        ? entriesOf(read(file)).flatMap((entry) => {
            const [, name = '', version = ''] = EXACT.exec(entry.split(/[\s;]/)[0] ?? '') ?? [];
            return name === '' ? [] : [[name.toLowerCase(), version] as const];
          })
        : [],
    );
  return files
    .filter((file) => /(^|\/)requirements[^/]*\.in$/.test(file))
    .flatMap((file) => {
      const list = file.replace(/\.in$/, '.txt');
      const installed = pins(list);
      return [...pins(file)]
        .filter(([name, version]) => installed.get(name) !== version)
        .map(
          ([name, version]) =>
            `${list}: ${name}==${version} of ${file} is not in it; write it anew, as ${file} says`,
        );
    });
}

/** Where pip is told to install what no hash names. */
export function unhashedInstalls(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /\bpip3? install\b/.test(line) && !/^\s*(#|@?echo)/.test(line))
    .filter((line) => !line.includes('--require-hashes') || !line.includes('--only-binary :all:'))
    .map((line) => `"${line.trim()}" installs any file; add --require-hashes --only-binary :all:`);
}
