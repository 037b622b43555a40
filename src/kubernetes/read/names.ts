import type { ReadContext } from './context.ts'
import { type Reader, text } from './values.ts'

/** apimachinery/pkg/util/validation/validation.go `IsDNS1123Label` */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
/** `IsDNS1123Subdomain` */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
/** `IsQualifiedName`, the part after the slash */
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/
/** `IsValidPortName` */
const PORT_NAME = /^[a-z0-9]([a-z0-9]|-(?!-))*$/

/** Is it a DNS-1123 label: at most 63 of lower case letters, digits and `-`, with no `-` at the ends? */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && LABEL.test(name)
}

/** Is it a DNS-1123 subdomain: labels with dots between, 253 characters at most? */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name)
}

/** Is it a label or annotation key: `app` or `example.com/app`? */
export function isQualifiedName(key: string): boolean {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const name = key.slice(slash + 1)
  if (prefix !== undefined && !isDnsSubdomain(prefix)) return false
  return name.length <= 63 && QUALIFIED.test(name)
}

/** Is it a label value: empty, or at most 63 characters as in keys? */
export function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && QUALIFIED.test(value))
}

/** Is it a container port name: at most 15 of lower case letters, digits and `-`, one letter at least? */
export function isPortName(name: string): boolean {
  return name.length <= 15 && PORT_NAME.test(name) && !name.endsWith('-') && /[a-z]/.test(name)
}

function checkedName(check: (name: string) => boolean, form: string): Reader<string> {
  return (value, context) => {
    const name = text(value, context)
    if (name === undefined || check(name)) return name
    context.refused(`${JSON.stringify(name)} must be ${form}`)
    return name
  }
}

export const dnsLabel = checkedName(isDnsLabel, 'a DNS label: lower case letters, digits and "-", at most 63')
export const dnsSubdomain = checkedName(
  isDnsSubdomain,
  'a DNS name: lower case letters, digits, "-" and ".", at most 253',
)
export const portName = checkedName(
  isPortName,
  'at most 15 lower case letters, digits and single "-", one letter at least',
)

/** Labels, checked as API servers do. */
export function checkLabels(labels: Readonly<Record<string, string>>, context: ReadContext): void {
  for (const key of Object.keys(labels)) {
    const value = labels[key]
    if (typeof value !== 'string' || (isQualifiedName(key) && isLabelValue(value))) continue
    context.enter(key)
    if (!isQualifiedName(key)) {
      context.refused(
        'a label name must be letters, digits, "-", "_" and ".", at most 63, after an optional "DNS-NAME/"',
      )
    }
    if (!isLabelValue(value)) {
      context.refused(
        `a label value must be at most 63 letters, digits, "-", "_" and ".", not ${JSON.stringify(value)}`,
      )
    }
    context.leave()
  }
}
