import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { readSettings } from '../src/settings';

const COMPLETE = {
  YELB_DB_ENDPOINT: 'yelb-db.yelb.local:5432',
  YELB_REDISSERVER_ENDPOINT: '127.0.0.1:6379',
  DB_PASSWORD: 'not-a-real-one',
};

describe('settings', () => {
  it('reads endpoints and keeps faults off', () => {
    const settings = readSettings(COMPLETE);
    assert.equal(settings.database.host, 'yelb-db.yelb.local');
    assert.equal(settings.cache.port, 6379);
    assert.equal(settings.host, '0.0.0.0');
    assert.equal(settings.faultEndpoints, false);
  });

  it('names everything that is missing or malformed at once', () => {
    assert.throws(
      () => readSettings({ YELB_DB_ENDPOINT: 'nonsense', DB_POOL_SIZE: '0' }),
      /YELB_DB_ENDPOINT.*nonsense.*DB_PASSWORD.*YELB_REDISSERVER_ENDPOINT.*DB_POOL_SIZE/,
    );
  });
});
