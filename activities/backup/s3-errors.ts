import { S3ServiceException } from '@aws-sdk/client-s3';
import { BackupCredentialsError, BackupDestinationFullError, BackupDestinationMissingError, BackupDestinationUnreachableError } from './errors.ts';

const CREDENTIALS = /^(AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|CredentialsProviderError|Forbidden|AuthFailure|RequestTimeTooSkewed)$/;
const FULL = /^(InsufficientStorage|QuotaExceeded|XMinioStorageFull|ServiceQuotaExceededException|EntityTooLarge)$/;

/** A HEAD's answer has no body, so it is "NotFound" there, whether object or bucket is missing; the next call tells. */
export function isMissingObject(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** Errors of S3 by what a person can do about them; what a backup's own stream failed with stays as it is. */
export function describeS3Error(location: string, action: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const what = `cannot ${action} in ${location}: ${error.name}: ${error.message}. Backups that are there already are unharmed.`;
  if (CREDENTIALS.test(error.name) || status === 401 || status === 403) {
    return new BackupCredentialsError(`${what} Give the worker credentials that may read, write, list and delete there (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile), and start it again.`, { cause: error });
  }
  if (FULL.test(error.name) || status === 507) return new BackupDestinationFullError(`${what} Make room there, or keep fewer backups.`, { cause: error });
  if (error.name === 'NoSuchBucket') return new BackupDestinationMissingError(`${what} Make the bucket, or set SLIPWAY_BACKUPS to another.`, { cause: error });
  if (error instanceof S3ServiceException || isConnectionError(error)) return new BackupDestinationUnreachableError(what, { cause: error });
  return error;
}

function isConnectionError(error: Error): boolean {
  const code: unknown = 'code' in error ? error.code : undefined;
  return error.name === 'TimeoutError' || (typeof code === 'string' && /^E(CONN|HOST|NET|PIPE|AI_|NOTFOUND|TIMEDOUT)/.test(code));
}
