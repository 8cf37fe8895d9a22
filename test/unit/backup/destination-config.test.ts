import { expect, test } from 'vitest';
import { parseDestination } from '../../../activities/backup/destination-config.ts';

test.for<readonly [string, object]>([
  ['/srv/backups', { kind: 'directory', path: '/srv/backups', create: false }],
  ['s3://backups', { kind: 's3', bucket: 'backups', prefix: '', region: 'us-east-1' }],
  ['s3://backups/of/slipway/?region=eu-central-1', { kind: 's3', bucket: 'backups', prefix: 'of/slipway', region: 'eu-central-1' }],
  ['s3://backups?endpoint=http://127.0.0.1:9000', { kind: 's3', bucket: 'backups', prefix: '', region: 'us-east-1', endpoint: 'http://127.0.0.1:9000' }],
])('%s is a destination', ([text, config]) => {
  expect(parseDestination(text)).toEqual(config);
});

test.for<readonly [string, string]>([
  ['backups', 'is neither a path nor an S3 address'],
  ['https://example.com/backups', 'is neither a path nor an S3 address'],
  ['s3://key:secret@backups', 'holds credentials'],
  ['s3://Backups_1', 'names no bucket'],
  ['s3://backups:9000', 'names no bucket'],
  ['s3://backups/a b', 'has a prefix of other characters'],
  ['s3://backups?acl=public', 'has a parameter that is neither region nor endpoint'],
  ['s3://backups?endpoint=http://a:b@host', 'has an endpoint that is no http or https URL'],
])('%s is none, and is not repeated', ([text, message]) => {
  expect(() => parseDestination(text)).toThrow(message);
  expect(() => parseDestination(text)).not.toThrow(text);
});
