/** Nothing answers where the Docker engine should be. Nothing was changed. */
export class DockerUnreachableError extends Error {
  override readonly name = 'DockerUnreachableError';
}

/** The engine is there, but this user may not speak to it. Nothing was changed. */
export class DockerPermissionError extends Error {
  override readonly name = 'DockerPermissionError';
}

/** The engine answered with an error that has no class of its own. */
export class DockerRequestError extends Error {
  override readonly name = 'DockerRequestError';
  /** HTTP status of the engine's API; undefined where the connection broke off. */
  readonly statusCode: number | undefined;

  constructor(message: string, options: { readonly statusCode?: number | undefined; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.statusCode = options.statusCode;
  }
}

/** An object of that name is another installation's, another cluster's or made by hand. It was not touched. */
export class OwnedByAnotherError extends Error {
  override readonly name = 'OwnedByAnotherError';
}

/** No image for that Kubernetes version on the engine. Nothing was changed. */
export class VersionNotAvailableError extends Error {
  override readonly name = 'VersionNotAvailableError';
}

/** A subnet or a port that cannot be had: none is free, or something else took the one that was claimed. */
export class AllocationError extends Error {
  override readonly name = 'AllocationError';
}

/** HAProxy's container does not run, or did not take a change. */
export class LoadBalancerError extends Error {
  override readonly name = 'LoadBalancerError';
}

/** This engine's host cannot carry a Machine. */
export class EngineNotSuitableError extends Error {
  override readonly name = 'EngineNotSuitableError';
}
