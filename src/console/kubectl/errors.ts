/** What kubectl says on standard error, and ends with 1. */
export class KubectlError extends Error {}

/** An object that the API server does not have (`NewNotFound`, apimachinery/pkg/api/errors/errors.go). */
export function notFound(resource: string, name: string): KubectlError {
  return new KubectlError(`Error from server (NotFound): ${resource} ${JSON.stringify(name)} not found`)
}
