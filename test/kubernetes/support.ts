import {
  type ClusterObjects,
  type FillOptions,
  fillIn,
  InputError,
  type KubernetesObjects,
  type ReadOptions,
  readObjects,
} from '../../src/kubernetes/index.ts'
import { formatProblem } from '../../src/kubernetes/problems.ts'

/** Reads one text called `in.yaml`. */
export function read(content: string, options?: ReadOptions): KubernetesObjects {
  return readObjects({ name: 'in.yaml', content }, options)
}

/** Reads a text and completes it. */
export function cluster(content: string, options?: FillOptions): ClusterObjects {
  return fillIn(read(content, { validation: options?.validation }), options)
}

/** The problems that the function throws, one line each; none, when it throws nothing. */
export function problems(action: () => unknown): string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(formatProblem)
    if (error instanceof Error && error.name === 'UnsupportedError') return [error.message]
    throw error
  }
  return []
}

/** The notes of an input, texts alone. */
export function notes(objects: KubernetesObjects): string[] {
  return objects.notes.map(({ text }) => text)
}

/** A small pod. */
export function pod(name: string, extra = ''): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: main, image: nginx}]}
${extra}`
}

/** Several documents as one text. */
export function documents(...texts: readonly string[]): string {
  return texts.join('\n---\n')
}
