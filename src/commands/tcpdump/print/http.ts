import type { Octets } from '../octets.ts'

/** print-http.c */
const METHODS: ReadonlySet<string> = new Set(
  (
    'GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE NOTIFY BDELETE CONNECT ' +
    'OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE ' +
    'RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL'
  ).split(' '),
)
const MAX_TOKEN = 128

/** What looks like a request or an answer has its first line shown, or with `-v` all of them (`txtproto_print`, print.c of tcpdump 4.99). */
export function httpText(content: Octets, verbose: boolean): string {
  const text = String.fromCharCode(...content.toArray())
  if (!looksLikeHttp(text)) return 'HTTP'
  if (!verbose) return `HTTP${line(text, 0, ': ').text}`
  let said = `HTTP, length: ${text.length}`
  for (let at = 0; at < text.length; ) {
    const next = line(text, at, '\n\t')
    said += next.text
    if (next.end === 0) break
    at = next.end
  }
  return said
}

function looksLikeHttp(text: string): boolean {
  const first = token(text)
  if (first === null) return false
  if (METHODS.has(first.word.toUpperCase())) return true
  const second = token(text.slice(first.end))
  return second !== null && /^\d{3}$/.test(second.word)
}

/** A word, and where the next one begins. */
function token(text: string): { word: string; end: number } | null {
  const match = /^([\x21-\x7e]+)([ \t\r\n\v\f]*)/.exec(text)
  if (match === null || match[1]!.length > MAX_TOKEN) return null
  return { word: match[1]!, end: match[0].length }
}

/** The line there, and where the next one begins; 0: what follows is no text. */
function line(text: string, at: number, prefix: string): { text: string; end: number } {
  for (let i = at; i < text.length; i++) {
    const char = text[i]!
    if (char === '\n') return { text: prefix + text.slice(at, i), end: i + 1 }
    if (char === '\r') {
      if (text[i + 1] !== '\n') return { text: '', end: 0 }
      return { text: prefix + text.slice(at, i), end: i + 2 }
    }
    if (!/[\t\x20-\x7e]/.test(char)) return { text: '', end: 0 }
  }
  return { text: `${prefix}${text.slice(at)} [|http]`, end: 0 }
}
