import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { Session } from '../../src/console/index.ts'

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web-0, labels: { app: web } }
spec: { containers: [{ name: c, image: i }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: c, image: i }] }
`

describe('names in a pod', () => {
  const stdout = new TextOutput()
  const session = new Session(Cluster.fromManifests(MANIFESTS), { stdout, stderr: stdout })
  const said = (place: string, line: string): string => {
    session.use(place)
    stdout.text = ''
    session.run(line)
    return stdout.text
  }

  it.each([
    'web',
    'web.default',
    'web.default.svc',
    'web.default.svc.cluster.local',
    'web.default.svc.cluster.local.',
    'WEB',
  ])('%s is the Service', (name) => {
    expect(said('pod/client', `curl -s http://${name}/`)).toMatch(
      /^from 10\.244\.\d\.\d:\d+\nto default\/web-0 10\.244\.\d\.\d:8080\n$/,
    )
  })

  it('a Service without a cluster IP is one of its endpoints, each of which has a name', () => {
    expect(said('pod/client', 'curl -s http://db/')).toContain('\nto default/db-')
    expect(said('pod/client', 'curl -s http://db-1.db/')).toContain('\nto default/db-1 ')
    expect(said('pod/client', 'wget -qO- http://db-0.db/')).toContain('\nto default/db-0 ')
  })

  it('nobody knows other names, and a node none of these', () => {
    expect(said('pod/client', 'curl -sS http://nosuch/')).toBe('curl: (6) Could not resolve host: nosuch\n')
    expect(said('pod/client', 'curl -sS http://web.other/')).toBe('curl: (6) Could not resolve host: web.other\n')
    expect(said('node/node-1', 'curl -sS http://web/')).toBe('curl: (6) Could not resolve host: web\n')
    expect(said('pod/client', 'curl -s http://client:80/')).toContain('\nto default/client ')
  })

  it('nc knows them', () => {
    expect(said('pod/client', 'echo hi | timeout 1 nc web 80')).toMatch(/^10\.244\.\d\.\d:\d+$/)
  })

  it('ping and traceroute print them whole, and what addresses are called', () => {
    const ofDb = 'db-0.db.default.svc.cluster.local'
    expect(said('pod/client', 'ping -c1 db-0.db')).toMatch(
      new RegExp(`^PING ${ofDb} \\((10\\.244\\.\\d\\.\\d)\\) 56.*\n64 bytes from ${ofDb} \\(\\1\\): icmp_seq=1`),
    )
    expect(said('pod/client', `ping -n -c1 ${ofDb}.`)).toMatch(
      /^PING db-0\.db\.\S+ .*\n64 bytes from 10\.244\.\d\.\d: icmp_seq=1/,
    )
    expect(said('pod/client', 'ping -c1 -W1 web')).toMatch(/^PING web\.default\.svc\.cluster\.local \(10\./)
    expect(said('pod/client', 'ping -c1 db')).toMatch(
      /^PING db\.default\.svc\S+ \(.*\n64 bytes from db-\d\.db\.default\.svc/,
    )
    expect(said('pod/client', 'traceroute db-1.db')).toMatch(
      /^traceroute to db-1\.db \(10[\s\S]* {2}db-1\.db\.default\.svc\.cluster\.local \(10\.244/,
    )
  })

  it('an endpoint without a host name is called by its address', () => {
    const [, dashed = ''] = /to default\/web-0 (\S+):/.exec(said('pod/client', 'curl -s http://web/')) ?? []
    const host = dashed.replaceAll('.', '-')
    expect(said('pod/client', `ping -c1 ${host}.web`)).toMatch(
      new RegExp(`64 bytes from ${host}\\.web\\.default\\.svc\\.cluster\\.local \\(`),
    )
    expect(said('pod/client', 'ping -c1 10-244-9-9.default.pod.cluster.local -W 1')).toContain('(10.244.9.9)')
  })

  it('of a node, and those that somebody writes into /etc/hosts, have their lines there', () => {
    expect(said('node/node-1', 'ping -c1 node-1')).toMatch(
      /^PING node-1 \(127\.0\.1\.1\) .*\n64 bytes from node-1 \(127/,
    )
    said('pod/client', 'echo "10.244.0.1 gateway gw # ours" >> /etc/hosts')
    expect(said('pod/client', 'ping -c1 gw')).toMatch(/^PING gateway \(10\.244\.0\.1\) .*\n64 bytes from gateway \(/)
    expect(() => said('pod/client', 'echo x > /etc/passwd')).toThrow('writing to /etc/passwd is not modelled')
  })

  it('of another name server nobody told', () => {
    said('pod/web-0', 'echo nameserver 1.1.1.1 > /etc/resolv.conf')
    expect(() => said('pod/web-0', 'curl -s http://web.default.svc.cluster.local')).toThrow(
      'asking the name server 1.1.1.1 is not modelled',
    )
    expect(said('pod/web-0', 'traceroute 10.96.0.1')).not.toContain('svc')
  })

  it('who is asked says that a name is unknown; where nobody is asked looking it up fails', () => {
    const unknown = 'Name or service not known\n'
    expect(said('pod/client', 'ping nosuch.web')).toBe(`ping: nosuch.web: ${unknown}`)
    expect(said('pod/client', 'nc -z nosuch 80')).toBe(`nc: getaddrinfo for host "nosuch" port 80: ${unknown}`)
    expect(said('pod/client', 'traceroute nosuch')).toContain(`nosuch: ${unknown}`)
    expect(said('node/node-1', 'ping nosuch')).toBe('ping: nosuch: Temporary failure in name resolution\n')
  })

  it('HEAD gets no page, and HTTP/1.0 the end of the connection', () => {
    expect(said('pod/client', 'curl -sI http://web/')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(said('pod/client', 'printf "GET / HTTP/1.0\\r\\n\\r\\n" | timeout 1 nc web 80')).toMatch(
      /^HTTP\/1\.0 200 OK\r\n[\s\S]*\nto default\/web-0/,
    )
  })
})
