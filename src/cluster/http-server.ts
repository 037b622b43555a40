import { formatHttpDate, type HttpAnswer } from '../kubeproxy/index.ts'
import { utf8Bytes, utf8Length } from '../packet/utf8.ts'
import type { ConnectionHandler, TcpSocket } from '../sockets/index.ts'

const REASONS: Readonly<Record<HttpAnswer['status'], string>> = {
  200: 'OK',
  404: 'Not Found',
  503: 'Service Unavailable',
}

const REQUEST_LINE = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/
const BAD_REQUEST = 'Bad Request'
const NO_HOST = 'Bad Request: missing required Host header'

/**
 * A server as Go's net/http is one, for handlers that answer in one piece (`conn.serve`, `chunkWriter.writeHeader`): it answers one request
 * after the other on a connection, and closes it when the client has, was asked to, or makes no sense. Bodies of requests
 * are not read.
 */
export function httpServer(now: () => number, answer: (path: string) => HttpAnswer): ConnectionHandler {
  return (socket) => {
    let text = ''
    return {
      onData: ({ data, length }) => {
        text += data === null ? '\0'.repeat(length) : String.fromCharCode(...data)
        for (let end = endOfHead(text); end !== undefined; end = endOfHead(text)) {
          const head = text.slice(0, end.at).split(/\r?\n/)
          text = text.slice(end.at + end.length)
          if (!respond(socket, head, now(), answer)) return
        }
      },
      onEnd: () => socket.close(),
    }
  }
}

function endOfHead(text: string): { at: number; length: number } | undefined {
  const match = /\r?\n\r?\n/.exec(text)
  return match === null ? undefined : { at: match.index, length: match[0].length }
}

/** False: the connection is closed. */
function respond(
  socket: TcpSocket,
  [line = '', ...fields]: readonly string[],
  now: number,
  answer: (path: string) => HttpAnswer,
): boolean {
  const [, method, target = '', minor] = REQUEST_LINE.exec(line) ?? []
  const field = (name: string): string | undefined => {
    const found = fields.find((each) => each.toLowerCase().startsWith(`${name}:`))
    return found?.slice(name.length + 1).trim()
  }
  if (method === undefined) return refuse(socket, BAD_REQUEST)
  if (minor === '1' && field('host') === undefined) return refuse(socket, NO_HOST)
  const { status, headers, body } = answer(target.replace(/\?.*$/, ''))
  const wish = field('connection')?.toLowerCase()
  const closes = minor === '0' ? wish !== 'keep-alive' : wish === 'close'
  const lines = [
    `HTTP/1.${minor} ${status} ${REASONS[status]}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Date: ${formatHttpDate(now)}`,
    `Content-Length: ${utf8Length(body)}`,
  ]
  if (closes && minor === '1') lines.push('Connection: close')
  if (!closes && minor === '0') lines.push('Connection: keep-alive')
  socket.send(utf8Bytes(`${lines.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`))
  if (closes) socket.close()
  return !closes
}

function refuse(socket: TcpSocket, why: string): boolean {
  const head = `HTTP/1.1 400 ${why}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close`
  socket.send(utf8Bytes(`${head}\r\n\r\n400 ${why}`))
  socket.close()
  return false
}
