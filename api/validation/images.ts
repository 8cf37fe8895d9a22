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

export const checkImage: Check<string> = (image) => {
  if (!isImage(image))
    return { message: 'is not an image reference', expected: 'write "registry.example.com/name:tag"' };
  if (/(^|\/)kindest\/node([:@]|$)/.test(image)) {
    return {
      reason: 'Unsupported value',
      message: 'kindest/node has no SSH server, through which Slipway reaches its machines',
      expected: "leave customImage out, or use an image made from Slipway's own",
    };
  }
  return undefined;
};

export const checkImageTag: Check<string> = (tag) =>
  isImageTag(tag) ? undefined : { message: 'is not a valid image tag', expected: 'write a tag such as "3.5.26-0"' };
