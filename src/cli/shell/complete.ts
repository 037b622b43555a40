import { programs } from '../../commands/index.ts'
import type { Session } from '../../console/index.ts'

const OWN = [
  'assumptions',
  'exit',
  'help',
  'jobs',
  'kill',
  'step',
  'time',
  'topology',
  'trace',
  'use',
  'kubectl',
  'etcdctl',
  'docker',
]

/** Every word that a line may begin with. */
export function commandNames(): string[] {
  return [...new Set([...OWN, ...Object.keys(programs)])].sort()
}

/** What may follow a word, where that is a short list. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  ip: ['addr', 'link', 'route', 'rule', 'neigh', 'netns', '-4', '-br', '-d', '-j', '-n', '-s', '-batch'],
  'ip route': ['get', 'show', 'add', 'del', 'replace', 'flush'],
  bridge: ['fdb', 'link'],
  kubectl: ['get', 'describe', '-n'],
  'kubectl get': ['nodes', 'namespaces', 'pods', 'svc', 'endpoints', 'endpointslices', '-A', '-n', '-o', '-l'],
  'kubectl describe': ['svc', 'endpoints', 'endpointslices', 'namespaces'],
  docker: [
    'run',
    'exec',
    'ps',
    'port',
    'logs',
    'create',
    'start',
    'stop',
    'restart',
    'rm',
    'inspect',
    'network',
    'container',
  ],
  'docker network': ['ls', 'create', 'connect', 'disconnect', 'inspect', 'rm', 'prune'],
  'docker run': ['-d', '--name', '--network', '-p', '--rm'],
  'docker run --network': ['bridge', 'host', 'none', 'container:'],
  etcdctl: ['ls', 'get'],
  'etcdctl ls': ['/coreos.com/network/subnets', '--recursive', '-p'],
  'etcdctl get': ['/coreos.com/network/config', '/coreos.com/network/subnets/', '--prefix'],
  iptables: ['-t', '-S', '-L', '-A', '-D', '-I', '-F', '-N', '-X', '-P', '-Z'],
  'iptables -t': ['nat', 'filter', 'mangle', 'raw', 'security'],
  conntrack: ['-L', '-D', '-F', '-C', '-E'],
  curl: ['-s', '-v', '-i', '-I', '-m', '-o', 'http://'],
  wget: ['-q', '-O', '-T', '-t', 'http://'],
  kill: ['%1'],
  tcpdump: ['-n', '-i', '-e', '-v', '-c', '-X', '-A', '-w', '-r', '-T'],
  'tcpdump -n -i': ['any'],
  cat: ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/run/flannel/subnet.env', '/proc/net/', '/proc/sys/net/'],
}

/** Completes the last word of a line: a command, a place, or what usually follows. For `readline`. */
export function completerOf(session: Session): (line: string) => [string[], string] {
  return (line) => {
    const part = /[^|;&]*$/.exec(line)![0].trimStart()
    const words = part.split(/\s+/)
    const last = words.at(-1) ?? ''
    const before = words.slice(0, -1)
    const known = candidates(session, before)
    const hits = known.filter((word) => word.startsWith(last))
    // a blank behind what is whole, none behind what goes on
    return [hits.length === 1 && !/[/=]$/.test(hits[0]!) ? [`${hits[0]} `] : hits, last]
  }
}

function candidates(session: Session, before: readonly string[]): readonly string[] {
  const [first] = before
  if (first === undefined) return commandNames()
  if (first === 'use' && before.length === 1) return session.world.places()
  if (first === 'kubectl' && before.length > 2) return kubectlWords(session, before)
  if (first === 'trace') return [...session.world.places(), ...servicesOf(session), '--all-branches', '--detail', '-o']
  return WORDS[before.join(' ')] ?? WORDS[first] ?? []
}

/** What may follow a resource: flags, their values, and names of Services. */
function kubectlWords({ world: { cluster } }: Session, before: readonly string[]): readonly string[] {
  if (cluster === null) return []
  switch (before.at(-1)) {
    case '-o':
      return ['wide', 'yaml', 'json', 'name']
    case '-n':
      return cluster.objects.namespaces.map(({ metadata }) => metadata.name)
    case 'svc':
      return [...cluster.objects.services.map(({ metadata }) => metadata.name), '-o', '-n', '-A', '-l']
    default:
      return ['-o', '-n', '-A', '-l', '--no-headers', '--show-labels']
  }
}

function servicesOf({ world: { cluster } }: Session): string[] {
  return (cluster?.objects.services ?? []).flatMap(({ metadata, spec }) => {
    const name = `${metadata.namespace === 'default' ? '' : `${metadata.namespace}/`}svc/${metadata.name}`
    return spec.ports.length === 0 ? [name] : spec.ports.map(({ port }) => `${name}:${port}`)
  })
}
