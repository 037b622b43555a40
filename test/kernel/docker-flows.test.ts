import { describe, expect, it } from 'vitest'
import { exportScript, NetnsNames } from '../../src/commands/export/script.ts'
import { runScript } from '../../src/commands/index.ts'
import { TextOutput } from '../../src/commands/process/streams.ts'
import { compareRecords, formatDifferences } from '../../src/commands/record/index.ts'
import { dockerWorld, Session } from '../../src/console/index.ts'
import { labObstacle, recordLabText } from '../../src/lab/index.ts'

/*
 * A host with Docker, built for real: its networks, containers and published ports as `kubehop export --docker` writes them. Each flow is sent on the kernel,
 * and each frame, matched rule and connection is what the simulator says; and whoever answers is whom `kubehop trace --docker` names. docker-proxy is a program
 * and not there: flows to a loopback address, and from a container to a port that its own bridge publishes, end at it and are not among these.
 */

const obstacle = labObstacle()
if (obstacle !== null) console.warn(`Docker's flows are not sent through a real kernel: ${obstacle}.`)

const SETUP = [
  'docker network create app',
  'docker network create --internal inside',
  'docker network create -o com.docker.network.bridge.enable_icc=false apart',
  'docker network create -o com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected open',
  'docker network create --subnet 10.5.0.0/24 --gateway 10.5.0.254 chosen',
  'docker run -d --name web --network app -p 8080:80 -p 5353-5355:53-55/udp nginx',
  'docker run -d --name db --network app postgres',
  'docker run -d --name old -p 8001-8003:81-83 -p 192.168.0.11:9000:80 x',
  'docker run -d --name in1 --network inside x',
  'docker run -d --name in2 --network inside x',
  'docker run -d --name c-a --network apart -p 7000:80 x',
  'docker run -d --name c-b --network apart x',
  'docker run -d --name free --network open x',
  'docker run -d --name both --network chosen --ip 10.5.0.7 -p 6000:80 x',
  'docker network connect app both',
  'docker run -d --name alone --network none x',
  'docker run -d --name gone -p 4000:80 x; docker rm -f gone',
]

type Flow = readonly [from: string, to: string, protocol?: 'udp']

/** References of `kubehop trace --docker`. */
const FLOWS: readonly Flow[] = [
  ['external', 'host:8080'],
  ['external', 'host:5353', 'udp'],
  ['external', 'host:8002'],
  ['external', 'host:9000'],
  ['external', 'host:7000'],
  ['external', 'host:6000'],
  ['external', 'host:4000'],
  ['host', 'host:8080'],
  ['host', 'host:5354', 'udp'],
  ['host', 'container/web:80'],
  ['host', 'container/in1:80'],
  ['host', 'container/c-a'],
  ['container/web', 'container/db:80'],
  ['container/web', 'container/db'],
  ['container/web', 'external:80'],
  ['container/web', 'external'],
  ['container/old', 'host:8080'],
  ['container/old', 'host:5355', 'udp'],
  ['container/old', 'container/web:80'],
  ['container/old', 'container/in1:80'],
  ['container/old', 'container/free:80'],
  ['container/old', 'host'],
  ['container/in1', 'container/in2:80'],
  ['container/in1', 'external:80'],
  ['container/in1', 'host:8080'],
  ['container/c-a', 'container/c-b:80'],
  ['container/c-a', 'container/c-b'],
  ['container/c-a', 'external:80'],
  ['container/c-b', 'host:8080'],
  ['container/both', 'container/web:80'],
  ['container/both', 'external:80'],
  ['container/c-b', 'host:6000'],
  ['container/alone', 'external:80'],
]

const SERVERS: readonly (readonly [netns: string, protocol: 'tcp' | 'udp', port: number])[] = [
  ...['web', 'db', 'old', 'in1', 'in2', 'c-a', 'c-b', 'free', 'both', 'external'].map(
    (name) => [name, 'tcp', 80] as const,
  ),
  ['old', 'tcp', 82],
  ['web', 'udp', 53],
  ['web', 'udp', 54],
  ['web', 'udp', 55],
]

function dockerHost() {
  const world = dockerWorld()
  const stderr = new TextOutput()
  const session = new Session(world, { stdout: new TextOutput(), stderr })
  for (const line of SETUP) session.run(line)
  session.wait(5e9)
  expect(stderr.text).toBe('')
  return world
}

function traced(world: ReturnType<typeof dockerHost>, [from, to, protocol]: Flow) {
  return world.trace({ from, to, protocol })
}

/** A flow in a shell. */
function line(world: ReturnType<typeof dockerHost>, flow: Flow, index: number): string {
  const { from, to } = traced(world, flow).data
  const names = new NetnsNames([...world.namespaces()])
  const netns = [...world.namespaces()].find(({ name }) => name === from.netns)!
  const run = `ip netns exec ${names.of(netns)}`
  if (to.port === undefined) return `${run} ping -c1 -W1 ${to.address}`
  const ends = `-w1 -p ${40_001 + index} ${to.address} ${to.port}`
  return flow[2] === 'udp' ? `echo ask | ${run} timeout 0.7 nc -u ${ends}` : `${run} timeout 0.7 nc -z ${ends}`
}

describe.skipIf(obstacle !== null)('a host with Docker, on the kernel', () => {
  // chance gives the kernel two equal ports or identifiers now and then
  it('every flow goes as the simulator says', { retry: 2, timeout: 120_000 }, async () => {
    const world = dockerHost()
    // a UDP server answers one client
    const servers = SERVERS.map(([netns, protocol, port]) => {
      const run = `ip netns exec ${netns} timeout 60 nc`
      return protocol === 'tcp' ? `${run} -k -l ${port} &` : `echo answer | ${run} -u -l ${port} &`
    })
    const lab = [
      exportScript(world.namespaces(), { comments: ['A host with Docker, and its flows.'] }).trimEnd(),
      '# --- traffic ---',
      ...servers,
      'sleep 0.5',
      ...FLOWS.map((flow, index) => line(world, flow, index)),
      '',
    ].join('\n')
    const truth = await recordLabText(lab, { name: 'docker.sh' })
    expect(formatDifferences(compareRecords(truth, runScript(lab, { name: 'docker.sh' }).record()))).toBe('')
    expect(truth.frames.length).toBeGreaterThan(300)
    const reached = truth.commands.slice(-FLOWS.length).map(({ rc, out }) => rc === 0 || out === 'answer\n')
    const said = FLOWS.map((flow) => traced(world, flow).disposition === 'delivered')
    expect(FLOWS.filter((_, i) => reached[i] !== said[i])).toEqual([])
  })
})
