import type { ServiceDirectory } from '../../core/ports/service-directory';
import { aBinding } from './builders';

export interface ServiceDirectoryFixture {
  readonly directory: ServiceDirectory;
  add(binding: ReturnType<typeof aBinding>): Promise<void>;
  close(): Promise<void>;
}

/** What every service directory must do. */
export function describeServiceDirectory(name: string, start: () => Promise<ServiceDirectoryFixture>): void {
  describe(`service directory: ${name}`, () => {
    let fixture: ServiceDirectoryFixture;
    beforeEach(async () => {
      fixture = await start();
    });
    afterEach(() => fixture.close());

    it('returns the binding of a deployed service', async () => {
      await fixture.add(aBinding());
      await fixture.add(aBinding({ service: 'web-db', protocol: 'tcp' }));
      expect(await fixture.directory.load('web')).toEqual(aBinding());
    });

    it('throws UnknownService naming a service that is not deployed', async () => {
      await expect(fixture.directory.load('shop')).rejects.toMatchObject({
        code: 'UnknownService',
        message: expect.stringContaining('"shop"'),
      });
    });
  });
}
