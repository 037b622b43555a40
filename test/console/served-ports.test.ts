import { describe, expect, it } from 'vitest'
import { Cluster } from '../../src/cluster/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { Session } from '../../src/console/index.ts'

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  nodeName: node-1
  containers:
    - name: main
      image: example
      ports: [{containerPort: 8080}, {containerPort: 53, protocol: UDP}, {containerPort: 9, protocol: SCTP}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 9090}]
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {nodeName: node-1, containers: [{name: main, image: example}]}
`
const NOTE = /^note: the server that stands in for this pod answers on every port; listed are .*\n/

function visit(listeners: 'all' | 'declared' = 'all') {
  const out = new TextOutput()
  const err = new TextOutput()
  const session = new Session(Cluster.fromManifests(MANIFEST, { listeners }), { stdout: out, stderr: err })
  const says = (line: string): string[] => {
    out.text = ''
    session.run(line)
    return out.text.trimEnd().split('\n')
  }
  return { session, err, says }
}

describe('what listens in a pod whose stand-in answers on every port', () => {
  it('is what its containers and the Services name, and that is said once', () => {
    const { session, err, says } = visit()
    session.use('web')
    const listening = [
      'udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*',
      'tcp LISTEN 0 128 0.0.0.0:8080 0.0.0.0:*',
      'tcp LISTEN 0 128 0.0.0.0:9090 0.0.0.0:*',
    ]
    const lines = (words: string): string[] => says(words).map((line) => line.trim().replace(/ +/g, ' '))
    expect(lines('ss -Hlnut')).toEqual(listening)
    expect(err.text).toMatch(NOTE)
    err.text = ''
    expect(lines('ss -Hlnut')).toEqual(listening)
    expect(lines('netstat -lnu')[2]).toBe('udp 0 0 0.0.0.0:53 0.0.0.0:*')
    expect(err.text).toBe('')
    session.use('other')
    expect(says('ss -Hlnt')).toEqual([''])
    expect(err.text).toMatch(NOTE)
  })

  it('is told on its node, too, and gives way to what a command opens there', () => {
    const { session, says } = visit()
    session.use('web')
    says('nc -l 8080 &')
    expect(says('ss -Hlnt').map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      'LISTEN 0 1 0.0.0.0:8080 0.0.0.0:*',
      'LISTEN 0 128 0.0.0.0:9090 0.0.0.0:*',
    ])
    session.use('node-1')
    const [, name = ''] = /^(cni-\S+)/m.exec(says('ip netns list').at(-1) ?? '') ?? []
    expect(says(`ip netns exec ${name} ss -lnt`).join('\n')).toContain('0.0.0.0:9090')
  })

  it('is exactly what listens where pods listen on what they declare', () => {
    const { session, err, says } = visit('declared')
    session.use('web')
    expect(says('ss -Hlnt').map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      'LISTEN 0 128 0.0.0.0:8080 0.0.0.0:*',
    ])
    expect(err.text).toBe('')
  })
})
