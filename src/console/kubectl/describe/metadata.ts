import type { NamespacedMeta, ObjectMeta, StringMap } from '../../../kubernetes/index.ts'

// What all descriptions begin with (kubectl/pkg/describe/describe.go). Cells have tabs between them.

/** `maxAnnotationLen` */
const LONGEST = 140
/** `kubectl apply` keeps the whole object there; descriptions leave it out (`skipAnnotations`). */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Nothing is recorded in a simulated cluster. */
export const EVENTS = 'Events:\t<none>\n'

/** Name, namespace, labels, annotations. */
export function headOf(metadata: ObjectMeta | NamespacedMeta): string {
  const namespace = 'namespace' in metadata ? `Namespace:\t${metadata.namespace}\n` : ''
  return `Name:\t${metadata.name}\n${namespace}${labelLines('Labels', metadata.labels)}${annotationLines(metadata.annotations)}`
}

/** `printLabelsMultiline` */
export function labelLines(title: string, labels: StringMap): string {
  const lines = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
  return `${title}:\t${lines.length === 0 ? '<none>' : lines.join('\n\t')}\n`
}

/** `printAnnotationsMultiline`: what is long or has several lines stands below its key, and is cut off. */
export function annotationLines(annotations: StringMap): string {
  const keys = Object.keys(annotations)
    .filter((key) => key !== LAST_APPLIED)
    .sort()
  const lines = keys.flatMap((key) => {
    const value = annotations[key]!.replace(/\n$/, '')
    if (value.length + key.length + 2 <= LONGEST && !value.includes('\n')) return [`${key}: ${value}`]
    return [`${key}:`, ...value.split('\n').map((line) => `  ${shorten(line)}`)]
  })
  return `Annotations:\t${lines.length === 0 ? '<none>' : lines.join('\n\t')}\n`
}

function shorten(text: string): string {
  return text.length > LONGEST - 2 ? `${text.slice(0, LONGEST - 2)}...` : text
}
