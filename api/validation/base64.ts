/** The UTF-8 text that was encoded; undefined when it is not base64, or the bytes are not UTF-8. */
export const decodeBase64Text = (base64: string): string | undefined => {
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, '')), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
