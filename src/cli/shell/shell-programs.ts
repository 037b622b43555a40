import type { Program } from '../../commands/index.ts'
import { timePassed } from '../../commands/process/process.ts'
import type { Session } from '../../console/index.ts'
import { readTopology, topologyText } from '../../netns/index.ts'
import { exitCodeOf, render, requestOf } from '../command/trace.ts'
import { TRACE } from '../commands.ts'
import { commandHelp } from '../help.ts'
import { type Io, wantsColor } from '../io.ts'
import { readCall } from '../parse.ts'
import type { CommandSpec } from '../spec.ts'

const WIDTH = 100
/** What follows a traced answer (the last ACK of a handshake, a FIN) has arrived. */
const SETTLE = 5e6
const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }
const DURATION = /^(\d{1,9}(?:\.\d{1,9})?)(ns|us|µs|ms|s|m|h)$/

/** `trace` at the prompt: the cluster is there already, and FROM is where one is unless it is given. */
const TRACE_HERE: CommandSpec = {
  ...TRACE,
  arguments: [
    { name: 'PLACES', what: '[FROM] TO, as in kubehop trace. FROM is here when it is left out.', many: true },
  ],
  options: TRACE.options.filter(({ group, name }) => group !== 'Input' && group !== 'Cluster' && name !== 'capture'),
  examples: [
    { what: 'From here to a Service', command: 'trace svc/cartservice:7070' },
    { what: 'From elsewhere', command: 'trace external node/node-1:30080 --all-branches' },
  ],
}

/** What the prompt knows beside the programs of machines. `session` is there by the time that one of them runs. */
export function shellPrograms(session: () => Session, io: Io): Readonly<Record<string, Program>> {
  return {
    help: (_, { stdout }) => {
      stdout.write(HELP)
      return 0
    },

    use: (args, { stderr }) => {
      const [reference, ...more] = args
      if (reference === undefined || more.length > 0) {
        stderr.write('use: where? write use node/NAME, use pod/NAME or use external\n')
        return 2
      }
      session().use(reference)
      return 0
    },

    time: (_, { stdout, machine }) => {
      stdout.write(`${machine.sim.now / 1e9} s, ${machine.sim.pending} events wait\n`)
      return 0
    },

    step: function* (args, { machine, stderr }) {
      const [text = '1s', ...more] = args
      const [, number, unit] = DURATION.exec(text) ?? []
      if (number === undefined || unit === undefined || more.length > 0) {
        stderr.write('step: how long? write step 500ms, step 10s, step 2m\n')
        return 2
      }
      yield timePassed(machine.sim, Math.round(Number(number) * UNITS[unit]!))
      return 0
    },

    assumptions: (_, { stdout }) => {
      const { assumptions, warnings } = session().cluster
      for (const warning of warnings) stdout.write(`warning: ${warning}\n`)
      for (const assumption of assumptions) stdout.write(`supposed: ${assumption}\n`)
      return 0
    },

    topology: (_, { stdout }) => {
      stdout.write(topologyText(readTopology(session().world.namespaces())))
      return 0
    },

    trace: (args, { stdout }) => {
      const call = readCall(TRACE_HERE, args, io)
      if (call === null) {
        stdout.write(commandHelp(TRACE_HERE, WIDTH))
        return 0
      }
      const [first, second] = call.arguments
      const [from, to] = second === undefined ? [session().place.name, first!] : [first!, second]
      const request = requestOf(call, from, to)
      const trace = session().world.trace({
        ...request,
        keep: true,
        namespace: request.namespace ?? session().namespace,
      })
      session().wait(SETTLE)
      stdout.write(
        render(trace, call, { color: stdout.isTerminal === true && wantsColor(io.stdout, io.env), notes: false }),
      )
      return exitCodeOf(trace.branches)
    },
  }
}

const HELP = `Where one is
  use node-1, use pod/web-0, use deploy/web, use external; with --docker use host, use container/web
What happens to packets
  trace [FROM] TO      as kubehop trace: pod/a, svc/b:80, node/node-1:30080, external (with --docker container/a:80, host:8080); what the packets leave
                       behind stays
  ping, nc, curl, …    real packets of the simulation: what they leave behind, one sees afterwards
What there is
  topology             the whole graph
  assumptions          what was supposed about the cluster
  kubectl get nodes|pods|svc|endpoints|endpointslices [-o wide|yaml|json], kubectl describe svc NAME
  etcdctl ls|get /coreos.com/network/…
  docker run|exec|ps|port|inspect|stop|network …, on hosts with Docker (--docker, or --bridge docker0)
  ip addr|route|neigh|rule, bridge fdb, brctl show, iptables -t nat -S, conntrack -L|-E, tcpdump -n -i, sysctl, cat /proc/…
Time is virtual
  time                 what time it is
  step 10s             lets time pass
Lines are a shell's: |, >, &&, $VARIABLE. exit or Ctrl-D leaves.
  tcpdump -n -i any &  goes on beside what one types next; jobs lists such, kill %1 ends one
  Ctrl-C               ends what runs; what prints on and on goes at the pace of the clock
`
