import type { Link, NetworkNamespace } from '../../netns/index.ts'
import { type Ipv4, KubehopError, parseMac, UnsupportedError } from '../../packet/index.ts'
import type { InterfaceAddress } from '../../route/index.ts'
import { byIndex } from '../ip/link.ts'
import { inetAton } from '../names.ts'
import { maskOf } from '../proc/net-route.ts'
import type { Program, ProgramContext } from '../process/program.ts'
import { interfacesOf, longText, SHORT_HEAD, shortText } from './ifconfig-show.ts'
import { IFCONFIG_USAGE } from './usage.ts'

const BAD_USAGE = 3
/** What a program ends with that returns -1. */
const FAILED = 255

/** What ifconfig knows and kubehop does not. */
const OTHER =
  /^(-?(allmulti|multicast|dynamic|trailers|pointopoint|broadcast)|add|del|dstaddr|tunnel|outfill|keepalive|mem_start|io_addr|irq|media|port|name|inet6|unix|ax25|netrom|rose|ipx|ddp|ec|ash|x25)$/

class BadUsage extends Error {}

/** ifconfig(8) of net-tools 2.10: shows devices, and sets up, down, addresses, netmask, broadcast, MTU, and some switches. */
export const ifconfig: Program = (args, context) => {
  const { stdout, stderr } = context
  const asked = new Set<string>()
  let i = 0
  for (; args[i]?.startsWith('-') === true; i++) {
    const option = args[i]!
    if (/^(-V|--?version|-\?|-h|--?help)$/.test(option)) throw new UnsupportedError(`ifconfig ${option}`)
    if (!/^-[asv]$/.test(option)) {
      stderr.write(`ifconfig: option \`${option}' not recognised.\nifconfig: \`--help' gives usage information.\n`)
      return 1
    }
    asked.add(option)
  }
  const [name, ...words] = args.slice(i)
  if (name !== undefined && words.length > 0) {
    try {
      return new Change(name.slice(0, 15), context).run(words)
    } catch (error) {
      if (!(error instanceof BadUsage)) throw error
      stderr.write(IFCONFIG_USAGE)
      return BAD_USAGE
    }
  }
  const all = interfacesOf(byIndex(context.netns))
  const wanted = name?.slice(0, 15)
  const shown =
    wanted === undefined
      ? all.filter(({ link }) => asked.has('-a') || link.up)
      : all.filter((each) => each.name === wanted)
  if (wanted !== undefined && shown.length === 0) {
    stderr.write(`${wanted}: error fetching interface information: Device not found\n`)
    return 1
  }
  stdout.write(asked.has('-s') ? `${SHORT_HEAD}${shown.map(shortText).join('')}` : shown.map(longText).join(''))
  return 0
}

/** The words behind a device: each is done at once, and a failure does not keep the next from being done. */
class Change {
  readonly #name: string
  readonly #netns: NetworkNamespace
  readonly #context: ProgramContext
  readonly #link: Link | undefined
  #exitCode = 0

  constructor(name: string, context: ProgramContext) {
    if (name.includes(':')) throw new UnsupportedError(`the alias ${name}`, { hint: `ip addr add … label ${name}` })
    this.#name = name
    this.#netns = context.netns
    this.#context = context
    this.#link = context.netns.deviceByName(name)
  }

  run(words: readonly string[]): number {
    const rest = words[0] === 'inet' ? words.slice(1) : [...words]
    let hasMask = false
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i]!
      const value = (): string => {
        const next = rest[++i]
        if (next === undefined) throw new BadUsage()
        return next
      }
      switch (word) {
        case 'up':
        case 'down':
          this.#flag((link) => this.#netns.setUp(link, word === 'up'))
          break
        case 'arp':
        case '-arp':
          this.#flag((link) => {
            link.noArp = word === '-arp'
          })
          break
        case 'promisc':
        case '-promisc':
          this.#flag((link) => setPromiscuous(link, word === 'promisc'))
          break
        case 'mtu': {
          const mtu = Number.parseInt(value(), 10) || 0
          this.#ioctl('SIOCSIFMTU', (link) => {
            if (mtu < 68 || mtu > link.maxMtu) return 'Invalid argument'
            this.#netns.setMtu(link, mtu)
            return null
          })
          break
        }
        case 'txqueuelen': {
          const length = value()
          if (!/^\d+$/.test(length)) throw new UnsupportedError(`ifconfig txqueuelen ${length}`)
          this.#ioctl('SIOCSIFTXQLEN', (link) => {
            link.txQueueLength = Number(length)
            return null
          })
          break
        }
        case 'hw':
          this.#hardware(value(), value())
          break
        case 'netmask': {
          const mask = value()
          if (hasMask) throw new BadUsage()
          hasMask = true
          this.#netmask(addressOf(mask))
          break
        }
        case 'broadcast': {
          const broadcast = addressOf(value())
          this.#change('SIOCSIFBRDADDR', (address) =>
            address.broadcast === broadcast ? null : { ...address, broadcast },
          )
          break
        }
        default:
          if (OTHER.test(word)) throw new UnsupportedError(`ifconfig ${word}`)
          this.#address(word)
      }
    }
    return this.#exitCode
  }

  /** `set_flag`, `clr_flag` */
  #flag(set: (link: Link) => void): void {
    const link = this.#link
    if (link !== undefined) {
      set(link)
      return
    }
    this.#context.stderr.write(`${this.#name}: ERROR while getting interface flags: No such device\n`)
    this.#exitCode = FAILED
  }

  /** @param run gives the kernel's reason why not, or null */
  #ioctl(call: string, run: (link: Link) => string | null): boolean {
    const reason = this.#link === undefined ? 'No such device' : run(this.#link)
    if (reason === null) return true
    this.#context.stderr.write(`${call}: ${reason}\n`)
    this.#exitCode |= 1
    return false
  }

  #hardware(kind: string, text: string): void {
    if (kind !== 'ether') throw new UnsupportedError(`ifconfig hw ${kind}`)
    if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text))
      throw new UnsupportedError(`the Ethernet address ${text}`)
    const mac = parseMac(text.replace(/(^|:)(?=[0-9a-fA-F](:|$))/g, '$10'))
    this.#ioctl('SIOCSIFHWADDR', (link) => {
      if (mac === 0 || Math.floor(mac / 2 ** 40) % 2 === 1) return 'Cannot assign requested address'
      this.#netns.setMac(link, mac)
      return null
    })
  }

  /** The address, with the netmask of its class unless it names one, and up (`devinet_ioctl`, net/ipv4/devinet.c). */
  #address(word: string): void {
    const slash = word.indexOf('/')
    const address = addressOf(slash < 0 ? word : word.slice(0, slash))
    const length = slash < 0 ? null : Number(word.slice(slash + 1))
    if (length !== null && !(Number.isInteger(length) && length >= 0 && length <= 32))
      throw new UnsupportedError(`ifconfig ${word}`)
    this.#ioctl('SIOCSIFADDR', (link) => {
      const bits = classLength(address)
      if (bits < 0) return 'Invalid argument'
      const old = this.#labelled(link)
      if (old?.local === address) return null
      if (old !== undefined) this.#netns.deleteAddress(link, old)
      // that of nobody means none
      if (address === 0) return null
      const broadcast = (link.loopback || bits >= 31 ? 0 : address | ~maskOf(bits)) as Ipv4
      this.#netns.addAddress(link, { address, length: bits, broadcast })
      return null
    })
    this.#flag((link) => this.#netns.setUp(link, true))
    if (length !== null) this.#netmask(maskOf(length))
  }

  #netmask(mask: Ipv4): void {
    const rest = ~mask >>> 0
    const length = mask === 0 ? 0 : Math.clz32(rest)
    this.#change('SIOCSIFNETMASK', (address, link) => {
      if ((rest & (rest + 1)) !== 0) return 'Invalid argument'
      if (address.length === length) return null
      // one that somebody chose stays
      const isOwn = !link.loopback && length < 31 && address.broadcast === (address.local | ~maskOf(address.length))
      const broadcast = (isOwn ? address.local | rest : address.broadcast) as Ipv4
      return { ...address, length, broadcast }
    })
  }

  /** Changes the device's own address; `change` gives the kernel's reason why not, or null: it is so already. */
  #change(call: string, change: (address: InterfaceAddress, link: Link) => InterfaceAddress | string | null): void {
    this.#ioctl(call, (link) => {
      const old = this.#labelled(link)
      if (old === undefined) return 'Cannot assign requested address'
      const made = change(old, link)
      if (made === null || typeof made === 'string') return made
      this.#netns.deleteAddress(link, old)
      try {
        const { address, local, length, broadcast, scope, label, metric, noprefixroute } = made
        this.#netns.addAddress(link, { address, local, length, broadcast, scope, label, metric, noprefixroute })
      } catch (error) {
        if (!(error instanceof KubehopError) || error instanceof UnsupportedError) throw error
        return 'File exists'
      }
      return null
    })
  }

  /** The first address that has no label of its own. */
  #labelled(link: Link): InterfaceAddress | undefined {
    return link.addresses.find(({ label }) => label === link.name)
  }
}

function setPromiscuous(link: Link, on: boolean): void {
  if (link.promiscuous === on) return
  link.promiscuous = on
  link.promiscuity += on ? 1 : -1
}

/** How long the prefix of an address of old classes is (`inet_abc_len`), -1: it is for nobody. */
function classLength(address: Ipv4): number {
  const first = address >>> 24
  if (address === 0 || first === 0) return 0
  if (first < 128) return 8
  if (first < 192) return 16
  if (first < 224) return 24
  return -1
}

function addressOf(text: string): Ipv4 {
  const found = text === 'default' ? (0 as Ipv4) : inetAton(text)
  if (found === undefined)
    throw new UnsupportedError(`ifconfig … ${text}`, { hint: 'names of hosts are not looked up' })
  return found
}
