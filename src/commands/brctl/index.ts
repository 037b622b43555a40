import { Bridge } from '../../bridge/index.ts'
import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { formatMac, UnsupportedError } from '../../packet/index.ts'
import type { Program, ProgramContext } from '../process/program.ts'

/** What a subcommand does with its words. @returns the exit code */
type Run = (words: readonly string[], context: ProgramContext) => number

interface Command {
  readonly name: string
  readonly help: string
  /** How many words it needs; more are not looked at, but by those that take a list. */
  readonly least: number
  readonly run: Run
}

const OF_THE_TREE = 'the spanning tree protocol'

const refused = (name: string): Run => {
  return () => {
    throw new UnsupportedError(`brctl ${name}`, { hint: `it is about ${OF_THE_TREE}, which has no model` })
  }
}

/** In the order in which brctl tells of them. */
const COMMANDS: readonly Command[] = [
  { name: 'addbr', least: 1, help: '<bridge>\t\tadd bridge', run: addBridge },
  { name: 'delbr', least: 1, help: '<bridge>\t\tdelete bridge', run: deleteBridge },
  { name: 'addif', least: 2, help: '<bridge> <device>\tadd interface to bridge', run: addInterfaces },
  { name: 'delif', least: 2, help: '<bridge> <device>\tdelete interface from bridge', run: deleteInterfaces },
  { name: 'hairpin', least: 3, help: '<bridge> <port> {on|off}\tturn hairpin on/off', run: hairpin },
  { name: 'setageing', least: 2, help: '<bridge> <time>\t\tset ageing time', run: setAgeing },
  { name: 'setbridgeprio', least: 2, help: '<bridge> <prio>\t\tset bridge priority', run: refused('setbridgeprio') },
  { name: 'setfd', least: 2, help: '<bridge> <time>\t\tset bridge forward delay', run: refused('setfd') },
  { name: 'sethello', least: 2, help: '<bridge> <time>\t\tset hello time', run: refused('sethello') },
  { name: 'setmaxage', least: 2, help: '<bridge> <time>\t\tset max message age', run: refused('setmaxage') },
  { name: 'setpathcost', least: 3, help: '<bridge> <port> <cost>\tset path cost', run: refused('setpathcost') },
  { name: 'setportprio', least: 3, help: '<bridge> <port> <prio>\tset port priority', run: refused('setportprio') },
  { name: 'show', least: 0, help: '[ <bridge> ]\t\tshow a list of bridges', run: show },
  { name: 'showmacs', least: 1, help: '<bridge>\t\tshow a list of mac addrs', run: showMacs },
  { name: 'showstp', least: 1, help: '<bridge>\t\tshow bridge stp info', run: refused('showstp') },
  { name: 'stp', least: 2, help: '<bridge> {on|off}\tturn stp on/off', run: stp },
]

const USAGE = `Usage: brctl [commands]\ncommands:\n${COMMANDS.map(({ name, help }) => `\t${name.padEnd(10)}\t${help}\n`).join('')}`

/** brctl(8) of bridge-utils 1.7.1. */
export const brctl: Program = (args, context) => {
  const { stdout, stderr } = context
  const [name, ...words] = args
  if (name === undefined) {
    stdout.write(USAGE)
    return 1
  }
  if (name.startsWith('-')) return option(name, context)
  const command = COMMANDS.find((each) => each.name === name)
  if (command === undefined) {
    stderr.write(`never heard of command [${name}]\n`)
    stdout.write(USAGE)
    return 1
  }
  if (words.length < command.least) {
    stdout.write('Incorrect number of arguments for command\n')
    stdout.write(`Usage: brctl ${name} ${command.help}\n`)
    return 1
  }
  return command.run(words, context)
}

function option(name: string, { stdout, stderr }: ProgramContext): number {
  if (name === '-V' || name === '--version') {
    stdout.write('bridge-utils, 1.7\n')
    return 0
  }
  const isHelp = name === '-h' || name === '--help'
  if (!isHelp) {
    const what = name.startsWith('--') ? `unrecognized option '${name}'` : `invalid option -- '${name[1]}'`
    stderr.write(`brctl: ${what}\nUnknown option '?'\n`)
  }
  stdout.write(USAGE)
  return isHelp ? 0 : 1
}

/** What stands in a name longer than a device's is not looked at (`IFNAMSIZ`). */
function device(netns: NetworkNamespace, name: string): Link | undefined {
  return netns.deviceByName(name.slice(0, 15))
}

function fail({ stderr }: ProgramContext, message: string): 1 {
  stderr.write(`${message}\n`)
  return 1
}

function addBridge([name = '']: readonly string[], context: ProgramContext): number {
  const { netns, machine } = context
  const cut = name.slice(0, 15)
  if (cut === '' || cut === '.' || cut === '..' || /[/:\s]/.test(cut))
    return fail(context, 'add bridge failed: Invalid argument')
  if (cut.includes('%')) throw new UnsupportedError('brctl addbr with a pattern')
  if (netns.deviceByName(cut) !== undefined)
    return fail(context, `device ${name} already exists; can't create bridge with the same name`)
  netns.attach(new Bridge(netns, cut, machine.randomMac()))
  return 0
}

function deleteBridge([name = '']: readonly string[], context: ProgramContext): number {
  const link = device(context.netns, name)
  if (link === undefined) return fail(context, `bridge ${name} doesn't exist; can't delete it`)
  if (!(link instanceof Bridge)) return fail(context, `can't delete bridge ${name}: Operation not permitted`)
  if (link.up) return fail(context, `bridge ${name} is still up; can't delete it`)
  context.netns.remove(link)
  return 0
}

/** One after the other, until one cannot be added (`br_add_if`, net/bridge/br_if.c). */
function addInterfaces([name = '', ...ports]: readonly string[], context: ProgramContext): number {
  for (const port of ports) {
    const link = device(context.netns, port)
    const bridge = device(context.netns, name)
    if (link === undefined) return fail(context, `interface ${port} does not exist!`)
    if (bridge === undefined) return fail(context, `bridge ${name} does not exist!`)
    const cannot = (reason: string): 1 => fail(context, `can't add ${port} to bridge ${name}: ${reason}`)
    if (!(bridge instanceof Bridge)) return cannot('Operation not supported')
    if (link.loopback) return cannot('Invalid argument')
    if (link instanceof Bridge)
      return fail(context, `device ${port} is a bridge device itself; can't add a bridge device to a bridge device.`)
    if (link.master !== null)
      return fail(context, `device ${port} is already a member of a bridge; can't add it to bridge ${name}.`)
    bridge.addPort(link)
  }
  return 0
}

function deleteInterfaces([name = '', ...ports]: readonly string[], context: ProgramContext): number {
  for (const port of ports) {
    const link = device(context.netns, port)
    const bridge = device(context.netns, name)
    if (link === undefined) return fail(context, `interface ${port} does not exist!`)
    if (bridge === undefined) return fail(context, `bridge ${name} does not exist!`)
    if (!(bridge instanceof Bridge)) return fail(context, `can't delete ${port} from ${name}: Operation not supported`)
    if (link.master !== bridge) return fail(context, `device ${port} is not a port of ${name}`)
    bridge.removePort(link)
  }
  return 0
}

/** `on`, `off`, or null: that was said to be neither. */
function readSwitch(word: string, context: ProgramContext): boolean | null {
  if (/^(on|yes|1)$/.test(word)) return true
  if (/^(off|no|0)$/.test(word)) return false
  fail(context, 'expect on/off for argument')
  return null
}

function hairpin([name = '', port = '', mode = '']: readonly string[], context: ProgramContext): number {
  const on = readSwitch(mode, context)
  if (on === null) return 1
  const link = device(context.netns, port)
  if (link === undefined) return fail(context, `interface ${port} does not exist!`)
  if (device(context.netns, name) === undefined) return fail(context, `bridge ${name} does not exist!`)
  // Trap: the port's own bridge is meant, whatever was named
  if (!(link.master instanceof Bridge))
    return fail(context, `can't set ${port} to hairpin on bridge ${name}: No such file or directory`)
  link.master.setPort(link, { hairpin: on })
  return 0
}

function setAgeing([name = '', time = '']: readonly string[], context: ProgramContext): number {
  const seconds = Number.parseFloat(time)
  if (Number.isNaN(seconds)) return fail(context, 'bad ageing time value')
  if (seconds < 0) throw new UnsupportedError(`brctl setageing ${name} ${time}`)
  const bridge = device(context.netns, name)
  if (!(bridge instanceof Bridge)) {
    return fail(
      context,
      `set ageing time failed: ${bridge === undefined ? 'No such device' : 'Operation not supported'}`,
    )
  }
  // the kernel counts in hundredths
  bridge.fdb.ageingTime = Math.floor(seconds * 100) * 1e7
  return 0
}

function stp([name = '', mode = '']: readonly string[], context: ProgramContext): number {
  const on = readSwitch(mode, context)
  if (on === null) return 1
  const bridge = device(context.netns, name)
  if (!(bridge instanceof Bridge)) {
    return fail(
      context,
      `set stp status failed: ${bridge === undefined ? 'No such device' : 'Operation not supported'}`,
    )
  }
  if (on) throw new UnsupportedError(`brctl stp ${name} on`, { hint: `${OF_THE_TREE} has no model` })
  return 0
}

function show(names: readonly string[], context: ProgramContext): number {
  const bridges = [...context.netns.devices()].filter((link) => link instanceof Bridge).map(({ name }) => name)
  let errors = 0
  let isFirst = true
  let text = ''
  for (const name of names.length > 0 ? names : bridges.sort()) {
    const bridge = device(context.netns, name)
    if (!(bridge instanceof Bridge)) {
      fail(context, bridge === undefined ? `bridge ${name} does not exist!` : `device ${name} is not a bridge!`)
      errors = 1
      continue
    }
    if (isFirst) text += 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
    isFirst = false
    const ports = bridge.ports.map(({ link }) => link.name).sort()
    text += `${name}\t\t8000.${bridgeId(bridge)}\tno\t\t${ports.join('\n\t\t\t\t\t\t\t')}\n`
  }
  // what is no terminal gets the lines when the program ends
  context.stdout.write(text)
  return errors
}

/** A made-up address is no part of it as long as there is no port (`br_stp_recalculate_bridge_id`). */
function bridgeId(bridge: Bridge): string {
  const hasId = bridge.macIsSet || bridge.ports.length > 0
  return hasId ? formatMac(bridge.mac).replaceAll(':', '') : '000000000000'
}

function showMacs([name = '']: readonly string[], context: ProgramContext): number {
  const { netns, machine, stdout } = context
  const bridge = device(netns, name)
  if (!(bridge instanceof Bridge)) {
    const reason = bridge === undefined ? 'No such device' : 'Operation not supported'
    return fail(context, `read of forward table failed: ${reason}`)
  }
  stdout.write('port no\tmac addr\t\tis local?\tageing timer\n')
  // the bridge's own addresses are not shown (`br_fdb_fillbuf`)
  const entries = [...bridge.fdb.entries()].filter(({ port }) => port !== null).sort((a, b) => a.mac - b.mac)
  for (const { mac, port, local, static: isStatic, updated } of entries) {
    const hundredths = isStatic ? 0 : Math.floor((machine.sim.now - updated) / 1e7)
    const age = `${String(Math.floor(hundredths / 100)).padStart(4)}.${String(hundredths % 100).padStart(2, '0')}`
    stdout.write(`${String(port!.number).padStart(3)}\t${formatMac(mac)}\t${local ? 'yes' : 'no'}\t\t${age}\n`)
  }
  return 0
}
