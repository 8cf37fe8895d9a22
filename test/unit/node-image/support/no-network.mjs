// Preloaded into a child process: no download site answers, wherever this test runs.
globalThis.fetch = () => Promise.reject(new TypeError('fetch failed'));
