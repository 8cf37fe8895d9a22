import { isAbsolute } from 'node:path';

export type DestinationConfig =
  | { readonly kind: 'directory'; readonly path: string; /** Made where it is missing; only the default one is: another may be a disk that is not mounted. */ readonly create: boolean }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string; readonly region: string; /** Of a server that speaks S3 and is not Amazon's. */ readonly endpoint?: string };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^([A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*)?$/;
const FORMS = 'use an absolute path, or s3://BUCKET/PREFIX?region=REGION&endpoint=URL, of which all but the bucket may be left out; credentials come from the AWS environment or files';

/** What SLIPWAY_BACKUPS says. @throws Error naming what is wrong and what would be right; never a part that could be a secret */
export function parseDestination(text: string): DestinationConfig {
  if (isAbsolute(text)) return { kind: 'directory', path: text, create: false };
  if (!text.startsWith('s3://') || !URL.canParse(text)) throw wrong('is neither a path nor an S3 address');
  const { username, password, hostname: bucket, pathname, searchParams, port } = new URL(text);
  if (username !== '' || password !== '') throw wrong('holds credentials');
  const prefix = pathname.replace(/^\/|\/$/g, '');
  if (!BUCKET.test(bucket) || port !== '') throw wrong('names no bucket');
  if (!PREFIX.test(prefix)) throw wrong('has a prefix of other characters than A-Z a-z 0-9 . _ - and /');
  const unknown = [...searchParams.keys()].find((key) => key !== 'region' && key !== 'endpoint');
  if (unknown !== undefined) throw wrong('has a parameter that is neither region nor endpoint');
  const endpoint = searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !isEndpoint(endpoint)) throw wrong('has an endpoint that is no http or https URL without a path');
  return { kind: 's3', bucket, prefix, region: searchParams.get('region') ?? 'us-east-1', ...(endpoint === undefined ? {} : { endpoint }) };
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '' && pathname === '/' && search === '';
}

function wrong(what: string): Error {
  return new Error(`SLIPWAY_BACKUPS ${what}: ${FORMS}`);
}
