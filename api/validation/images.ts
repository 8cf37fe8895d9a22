import type { Check } from './wrong.ts';

const HOST = /^(localhost|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:\d{1,5})?$/;
const COMPONENT = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const isImageTag = (tag: string): boolean => TAG.test(tag);

/** An image reference as Docker takes it: [host[:port]/]path[:tag][@digest] */
const isImage = (image: string): boolean => {
  const [named = '', digest, ...more] = image.split('@');
  if (image.length > 255 || more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return false;
  const lastColon = named.lastIndexOf(':');
  const hasTag = lastColon > named.lastIndexOf('/');
  if (hasTag && !TAG.test(named.slice(lastColon + 1))) return false;
  const parts = (hasTag ? named.slice(0, lastColon) : named).split('/');
  const [first = ''] = parts;
  const hasHost = parts.length > 1 && (first === 'localhost' || first.includes('.') || first.includes(':'));
  if (hasHost && !HOST.test(first)) return false;
  return (hasHost ? parts.slice(1) : parts).every((part) => COMPONENT.test(part));
};

export const checkImageReference: Check<string> = (image) =>
  isImage(image) ? undefined : { message: 'is not an image reference', expected: 'write "registry.example.com/name:tag"' };

export const checkImage: Check<string> = (image) => {
  const wrong = checkImageReference(image);
  if (wrong !== undefined) return wrong;
  if (/(^|\/)kindest\/node([:@]|$)/.test(image)) {
    return {
      reason: 'Unsupported value',
      message: 'kindest/node has no SSH server, through which Slipway reaches its machines',
      expected: "leave customImage out, or use an image made from Slipway's own",
    };
  }
  return undefined;
};

/** Where images are: an image reference without tag and digest. */
export const checkImageRepository: Check<string> = (repository) =>
  repository === '' || (isImage(`${repository}/name`) && !repository.includes('@'))
    ? undefined
    : { message: 'is not an image repository', expected: 'write "registry.example.com/path", without a tag' };

export const checkImageTag: Check<string> = (tag) =>
  tag === '' || isImageTag(tag) ? undefined : { message: 'is not a valid image tag', expected: 'write a tag such as "3.5.26-0"' };
