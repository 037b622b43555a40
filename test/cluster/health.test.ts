import { describe, expect, it } from 'vitest'
import { Cluster, type NodeHost } from '../../src/cluster/index.ts'
import { parseIpv4 } from '../../src/packet/address.ts'
import { utf8Bytes } from '../../src/packet/utf8.ts'
import { FLOW_OBJECTS } from '../support/kube-proxy-flows.ts'

const build = (text = FLOW_OBJECTS) => Cluster.fromManifests(text, { validation: 'lenient' })

/** Sends text to a port and gives what came back, and whether the server closed. */
function ask(from: NodeHost, address: string, port: number, ...pieces: string[]): { text: string; closed: boolean } {
  let text = ''
  let closed = false
  const { sim } = from.netns
  return sim.transaction(() => {
    const { socket } = from.sockets.tcp.connect(
      { address: parseIpv4(address), port },
      {
        onConnect: () => {
          for (const piece of pieces) socket!.send(utf8Bytes(piece))
        },
        onData: ({ data }) => {
          text += String.fromCharCode(...data!)
        },
        onEnd: () => {
          closed = true
        },
        onError: (error) => {
          text = error
        },
      },
    )
    sim.run({ until: sim.now + 2_000_000_000 })
    return { text, closed }
  })
}

const GET = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`
const statusOf = ({ text }: { text: string }) => text.split('\r\n')[0]

describe('the health server of a Service', () => {
  const cluster = build()
  const [alpha, beta] = [cluster.node('alpha'), cluster.node('beta')]

  it('answers 200 with the count of local endpoints, as Go writes it', () => {
    const body = [
      '{',
      '\t"service": {',
      '\t\t"namespace": "ns",',
      '\t\t"name": "near"',
      '\t},',
      '\t"localEndpoints": 1,',
      '\t"serviceProxyHealthy": true',
      '}',
    ].join('\n')
    const head = [
      'HTTP/1.1 200 OK',
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      'X-Load-Balancing-Endpoint-Weight: 1',
      'Date: Thu, 01 Jan 1970 00:00:00 GMT',
      `Content-Length: ${body.length}`,
    ]
    expect(ask(beta, '192.168.7.2', 32060, GET())).toEqual({
      text: `${head.join('\r\n')}\r\n\r\n${body}`,
      closed: false,
    })
  })

  it('answers 503 where there is none, on every node', () => {
    const { text } = ask(beta, '192.168.7.2', 32061, GET('/healthz?whatever'))
    expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/)
    expect(text).toContain('X-Load-Balancing-Endpoint-Weight: 0\r\n')
    expect(text).toContain('"localEndpoints": 0,')
    expect(statusOf(ask(alpha, '192.168.7.3', 32061, GET()))).toBe('HTTP/1.1 200 OK')
  })

  it('reads requests as they come, and closes when it is asked to', () => {
    expect(statusOf(ask(beta, '192.168.7.2', 32060, 'GET / HT', 'TP/1.1\nHost: x\n', '\n'))).toBe('HTTP/1.1 200 OK')
    expect(ask(beta, '192.168.7.2', 32060, GET() + GET()).text.match(/HTTP/g)).toHaveLength(2)
    expect(ask(beta, '192.168.7.2', 32060, 'GET / HTTP/1.0\r\n\r\n')).toMatchObject({
      text: expect.stringMatching(/^HTTP\/1\.0 200 OK/),
      closed: true,
    })
    expect(ask(beta, '192.168.7.2', 32060, 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').closed).toBe(false)
    const last = ask(beta, '192.168.7.2', 32060, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n')
    expect(last).toMatchObject({ text: expect.stringContaining('\r\nConnection: close\r\n'), closed: true })
    expect(ask(beta, '192.168.7.2', 32060, 'HEAD / HTTP/1.1\r\nHost: x\r\n\r\n').text).toMatch(
      /Content-Length: 1\d\d\r\n\r\n$/,
    )
    expect(ask(beta, '192.168.7.2', 32060, 'half a request').text).toBe('')
  })

  it('refuses what is no request', () => {
    expect(ask(beta, '192.168.7.2', 32060, 'hello\r\n\r\n')).toEqual({
      text: 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request',
      closed: true,
    })
    const text = ask(beta, '192.168.7.2', 32060, 'GET / HTTP/1.1\r\n\r\n').text
    expect(text.split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request: missing required Host header')
  })

  it('listens on the addresses that serve node ports', () => {
    const chosen = build(FLOW_OBJECTS.replace('mode: iptables', 'mode: iptables\nnodePortAddresses: [192.168.8.0/24]'))
    const from = chosen.node('beta')
    expect(statusOf(ask(from, '192.168.8.2', 32060, GET()))).toBe('HTTP/1.1 200 OK')
    expect(ask(from, '192.168.7.2', 32060, GET()).text).toBe('ECONNREFUSED')
  })

  it('of two Services with one port serves the first', () => {
    const both = build(FLOW_OBJECTS.replace('32061', '32060'))
    // of far, whose name is first, there is none
    expect(ask(both.node('beta'), '192.168.7.2', 32060, GET()).text).toContain('"name": "far"')
  })

  it('follows the Services', () => {
    const moved = build()
    const from = () => moved.network.nodes.get('beta')!
    expect(statusOf(ask(from(), '192.168.7.2', 32060, GET()))).toBe('HTTP/1.1 200 OK')
    const { cluster: later } = moved.advance((objects) => {
      for (const { metadata, spec } of objects.services) {
        if (metadata.name === 'near') spec.healthCheckNodePort = 32099
        if (metadata.name === 'far') {
          spec.externalTrafficPolicy = 'Cluster'
          spec.healthCheckNodePort = undefined
        }
      }
      const slice = objects.endpointSlices.find(({ metadata }) => metadata.name === 'near-1')!
      slice.endpoints[0]!.conditions = { ready: false }
    })
    const beta = later.node('beta')
    expect(ask(beta, '192.168.7.2', 32060, GET()).text).toBe('ECONNREFUSED')
    expect(ask(beta, '192.168.7.2', 32061, GET()).text).toBe('ECONNREFUSED')
    expect(statusOf(ask(beta, '192.168.7.2', 32099, GET()))).toBe('HTTP/1.1 503 Service Unavailable')
  })
})

describe('kube-proxy’s own health', () => {
  it('is told on port 10256 of every node', () => {
    const cluster = build()
    const { text } = ask(cluster.node('beta'), '192.168.7.2', 10256, GET('/healthz'))
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(text).toContain('"nodeEligible":true,"healthy":true,"status":{"IPv4":{')
    expect(statusOf(ask(cluster.node('beta'), '192.168.7.2', 10256, GET('/')))).toBe('HTTP/1.1 404 Not Found')
    expect(cluster.trace({ from: 'external', to: 'node/alpha:10256' }).disposition).toBe('delivered')
  })

  it.each([
    ['192.168.7.2:10300', 10300, 'HTTP/1.1 200 OK'],
    ['0.0.0.0:10300', 10300, 'HTTP/1.1 200 OK'],
    ['192.168.7.2', 10256, 'HTTP/1.1 200 OK'],
    ['127.0.0.1:10256', 10256, 'ECONNREFUSED'],
  ])('listens where healthzBindAddress says: %s', (address, port, expected) => {
    const text = FLOW_OBJECTS.replace('mode: iptables', `mode: iptables\nhealthzBindAddress: "${address}"`)
    expect(statusOf(ask(build(text).node('beta'), '192.168.7.2', port, GET('/livez')))).toBe(expected)
  })
})
