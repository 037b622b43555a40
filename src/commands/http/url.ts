import { UnsupportedError } from '../../packet/errors.ts'

/** What a URL of a web server says. */
export interface WebUrl {
  readonly host: string
  readonly port: number
  /** With what follows a question mark; `/` at least. */
  readonly path: string
}

/** Undefined: it is none. @throws UnsupportedError for other schemes, users and IPv6 */
export function readUrl(text: string): WebUrl | undefined {
  const [, scheme = 'http', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? []
  if (scheme.toLowerCase() !== 'http') throw new UnsupportedError(`${scheme}://`, { hint: 'http:// alone' })
  const [, authority = '', tail = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? []
  if (authority.includes('@')) throw new UnsupportedError('a user in a URL')
  if (authority.startsWith('[')) throw new UnsupportedError('IPv6 in a URL')
  const [host = '', port, ...more] = authority.split(':')
  if (host === '' || more.length > 0 || (port !== undefined && !/^\d{0,5}$/.test(port)) || Number(port) > 65535)
    return undefined
  const path = tail.replace(/#.*$/s, '')
  return {
    host,
    port: port === undefined || port === '' ? 80 : Number(port),
    path: path.startsWith('/') ? path : `/${path}`,
  }
}

/** As the field `Host` has it. */
export function hostField({ host, port }: WebUrl): string {
  return port === 80 ? host : `${host}:${port}`
}
