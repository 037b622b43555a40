import { UNTOLD } from '../../../netfilter/text/rule-parser.ts'
import { bare, type NftTokens } from './nft-tokens.ts'

const ADDRESS = /^[0-9.]{7,15}(?:\/[0-9]{1,2})?$/
const RANGE = /^[0-9.]{7,15}-[0-9.]{7,15}$/
const NUMBER = /^(?:[0-9]{1,10}|0x[0-9a-f]{1,8})$/
const PORTS = /^[0-9]{1,5}(?:-[0-9]{1,5})?$/
const PROTOCOL = /^[a-z0-9-]{1,20}$/
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/
const FLAGS: ReadonlySet<string> = new Set(['fin', 'syn', 'rst', 'psh', 'ack', 'urg'])
const STATES: ReadonlySet<string> = new Set(['new', 'established', 'related', 'invalid', 'untracked'])
const ALL = 0xffffffff
/** Extensions that always match. */
const EMPTY: ReadonlySet<string> = new Set(['comment'])
/** `meta random & 2147483647 < N`: N of 2^31 packets. */
const RANDOM_MAX = 0x80000000

/**
 * The tests of one rule. nft does not print a match on tcp or udp that asks nothing more (it matches all but later fragments), `--chunk-types` with
 * NONE, and the types NAT and THROW of addresses, which none has (`__inet_dev_addr_type`, net/ipv4/fib_frontend.c).
 *
 * What iptables keeps itself (`-s`, `-i`, `-p`) stands first in its text, and can stand there once.
 */
export class NftMatches {
  readonly #ip = new Map<string, string>()
  /** The others in their order, which matters where one of them counts. */
  readonly #others: string[] = []
  /** The match on a transport protocol: there can be one alone. */
  #transport: { readonly kind: string; readonly at: number; readonly options: Set<string> } | null = null

  /** The words of iptables-save, with a leading blank unless there are none. */
  get text(): string {
    let text = ''
    for (const option of ['-s', '-d', '-i', '-o', '-p', '-f']) text += this.#ip.get(option) ?? ''
    return text + this.#others.map((each) => ` ${each}`).join('')
  }

  /** Reads one test. False: it is none that is known; the place is then anywhere. */
  read(tokens: NftTokens): boolean {
    const word = tokens.word()
    switch (word) {
      case 'ip':
        return this.#ipHeader(tokens)
      case 'iifname':
      case 'iif':
        return this.#device(tokens, '-i')
      case 'oifname':
      case 'oif':
        return this.#device(tokens, '-o')
      case 'meta':
        return this.#meta(tokens)
      case 'pkttype':
      case 'skuid':
      case 'skgid':
      case 'mark':
        return this.#metaOf(word, tokens)
      case 'tcp':
      case 'udp':
      case 'sctp':
        return this.#transportOf(word, tokens)
      case 'icmp':
        return this.#icmp(tokens)
      case 'ct':
        return this.#ct(tokens)
      case 'fib':
        return this.#fib(tokens)
      case 'limit':
        return this.#limit(tokens)
      case 'numgen':
        return this.#nth(tokens)
      case 'ether':
        return tokens.take('saddr') && this.#valued(tokens, MAC, (not, mac) => `-m mac ${not}--mac-source ${mac}`)
      case 'xt':
        return tokens.take('match') && this.#named(bare(tokens.word()))
      case '#':
        // before it knew the name: `# xt_recent`; a target's is written in capitals
        return /^xt_[a-z][a-z0-9_]*$/.test(tokens.peek()) && this.#named(tokens.word().slice('xt_'.length))
      default:
        return false
    }
  }

  #add(text: string): true {
    this.#others.push(text)
    return true
  }

  /** iptables has it once. */
  #once(option: string, text: string): boolean {
    const before = this.#ip.get(option)
    if (before !== undefined) return before === text
    this.#ip.set(option, text)
    return true
  }

  /** A match by its name alone. */
  #named(name: string): boolean {
    if (!/^[A-Za-z0-9_]{1,28}$/.test(name)) return false
    return EMPTY.has(name) || this.#add(`-m ${name} ${UNTOLD}`)
  }

  /** `[!=] VALUE` */
  #valued(tokens: NftTokens, form: RegExp, text: (not: string, value: string) => string): boolean {
    const not = tokens.take('!=') ? '! ' : ''
    const value = tokens.word()
    return form.test(value) && this.#add(text(not, value))
  }

  #ipHeader(tokens: NftTokens): boolean {
    const field = tokens.word()
    switch (field) {
      case 'saddr':
      case 'daddr':
        return this.#address(tokens, field === 'saddr' ? '-s' : '-d')
      case 'protocol':
        // behind `meta l4proto icmp` this is `--icmp-type any`, or its denial
        if (this.#ip.has('-p') && tokens.take('icmp')) return this.#named('icmp')
        return this.#protocol(tokens)
      case 'frag-off':
        // 0x1fff: the offset (iptables/nft-ipv4.c)
        if (!tokens.take('&', '8191') && !tokens.take('&', '0x1fff')) return false
        if (tokens.take('!=', '0')) return this.#once('-f', ' -f')
        return (tokens.take('==', '0') || tokens.take('0')) && this.#once('-f', ' ! -f')
      case 'ttl': {
        const sign = ['lt', '<', 'gt', '>', '!='].includes(tokens.peek()) ? tokens.word() : ''
        const value = tokens.word()
        if (!/^[0-9]{1,3}$/.test(value)) return false
        const option =
          sign === '' ? '--ttl-eq' : sign === '!=' ? '! --ttl-eq' : /^[l<]/.test(sign) ? '--ttl-lt' : '--ttl-gt'
        return this.#add(`-m ttl ${option} ${value}`)
      }
      case 'dscp': {
        const not = tokens.take('!=') ? '! ' : ''
        const value = tokens.word()
        if (NUMBER.test(value)) return this.#add(`-m dscp ${not}--dscp ${value}`)
        return /^(?:cs[0-7]|af[1-4][1-3]|ef)$/.test(value) && this.#add(`-m dscp ${not}--dscp-class ${value}`)
      }
      default:
        return false
    }
  }

  #address(tokens: NftTokens, option: '-s' | '-d'): boolean {
    if (tokens.take('&')) {
      const mask = tokens.word()
      const not = tokens.take('!=') ? ' !' : ''
      if (not === '') tokens.take('==')
      const value = tokens.word()
      return ADDRESS.test(mask) && ADDRESS.test(value) && this.#once(option, `${not} ${option} ${value}/${mask}`)
    }
    const not = tokens.take('!=') ? '! ' : ''
    const value = tokens.word()
    if (ADDRESS.test(value)) return this.#once(option, ` ${not}${option} ${value}`)
    if (!RANGE.test(value)) return false
    return this.#add(`-m iprange ${not}${option === '-s' ? '--src-range' : '--dst-range'} ${value}`)
  }

  #protocol(tokens: NftTokens): boolean {
    const not = tokens.take('!=') ? '! ' : ''
    const value = tokens.word()
    return PROTOCOL.test(value) && this.#once('-p', ` ${not}-p ${value}`)
  }

  #device(tokens: NftTokens, option: '-i' | '-o'): boolean {
    const not = tokens.take('!=') ? '! ' : ''
    const name = bare(tokens.word())
    // a name that ends in + would be a pattern; \* is a star of the name
    if (!/^[^\s"'+\\*{}@]{1,15}\*?$/.test(name)) return false
    return this.#once(option, ` ${not}${option} ${name.endsWith('*') ? `${name.slice(0, -1)}+` : name}`)
  }

  #meta(tokens: NftTokens): boolean {
    return this.#metaOf(tokens.word(), tokens)
  }

  #metaOf(key: string, tokens: NftTokens): boolean {
    switch (key) {
      case 'l4proto':
        return this.#protocol(tokens)
      case 'iifname':
        return this.#device(tokens, '-i')
      case 'oifname':
        return this.#device(tokens, '-o')
      case 'mark':
        return this.#masked(tokens, 'mark')
      case 'length':
        return this.#valued(
          tokens,
          /^[0-9]{1,5}(?:-[0-9]{1,5})?$/,
          (not, value) => `-m length ${not}--length ${value.replace('-', ':')}`,
        )
      case 'pkttype':
        return this.#valued(tokens, /^(?:unicast|broadcast|multicast|host|other)$/, (not, value) => {
          return `-m pkttype ${not}--pkt-type ${value === 'host' ? 'unicast' : value === 'other' ? 'otherhost' : value}`
        })
      case 'skuid':
      case 'skgid':
        return this.#valued(
          tokens,
          /^[0-9]{1,10}(?:-[0-9]{1,10})?$/,
          (not, value) => `-m owner ${not}--${key === 'skuid' ? 'uid' : 'gid'}-owner ${value}`,
        )
      case 'random':
        return this.#random(tokens)
      default:
        return false
    }
  }

  /** `0x1`, `!= 0x1`, `& 0xff == 0x1`, `and 0xff != 0x1` */
  #masked(tokens: NftTokens, kind: 'mark' | 'connmark'): boolean {
    let mask = ''
    if (tokens.take('&') || tokens.take('and')) {
      mask = tokens.word()
      if (!NUMBER.test(mask)) return false
    }
    const not = tokens.take('!=') ? '! ' : ''
    if (not === '' && !tokens.take('==') && mask !== '' && !NUMBER.test(tokens.peek())) return false
    const value = tokens.word()
    if (!NUMBER.test(value) || Number(value) > ALL || Number(mask) > ALL) return false
    const hex = (number: string) => `0x${Number(number).toString(16)}`
    return this.#add(`-m ${kind} ${not}--mark ${hex(value)}${mask === '' ? '' : `/${hex(mask)}`}`)
  }

  /** `meta random & 2147483647 < 1073741824` (`statistic_xlate`, extensions/libxt_statistic.c) */
  #random(tokens: NftTokens): boolean {
    if (!tokens.take('&', '2147483647') && !tokens.take('&', '0x7fffffff')) return false
    const sign = tokens.word()
    const value = tokens.word()
    if ((sign !== '<' && sign !== '>=') || !NUMBER.test(value)) return false
    const share = Number(value) / RANDOM_MAX
    return (
      share <= 1 &&
      this.#add(`-m statistic --mode random ${sign === '<' ? '' : '! '}--probability ${share.toFixed(11)}`)
    )
  }

  /** `numgen inc mod 3 1` */
  #nth(tokens: NftTokens): boolean {
    if (!tokens.take('inc', 'mod')) return false
    const every = tokens.word()
    const not = tokens.take('!=') ? '! ' : ''
    const packet = tokens.word()
    if (!NUMBER.test(every) || !NUMBER.test(packet)) return false
    return this.#add(`-m statistic --mode nth ${not}--every ${every} --packet ${packet}`)
  }

  #transportOf(kind: string, tokens: NftTokens): boolean {
    // whatever is asked of its header, it is there
    if (!this.#implied(kind)) return false
    const field = tokens.word()
    if (field === 'sport' || field === 'dport') return this.#ports(kind, field, tokens)
    if (kind !== 'tcp') return false
    if (field === 'flags') return this.#flags(tokens)
    if (field !== 'option') return false
    if (tokens.take('maxseg', 'size')) {
      // set to something it is a target
      const start = tokens.place
      if (tokens.word() === 'set') return false
      tokens.moveTo(start)
      return (
        this.#implied('tcp') &&
        this.#valued(
          tokens,
          /^[0-9]{1,5}(?:-[0-9]{1,5})?$/,
          (not, value) => `-m tcpmss ${not}--mss ${value.replace('-', ':')}`,
        )
      )
    }
    const option = tokens.word()
    return (
      /^[0-9]{1,3}$/.test(option) &&
      tokens.take('exists') &&
      this.#transportOption('tcp', '--tcp-option', ` --tcp-option ${option}`)
    )
  }

  /** nft leaves out the protocol where a test of its header implies it. */
  #implied(kind: string): boolean {
    return this.#once('-p', ` -p ${kind}`)
  }

  /** False: there is such a match already, and other tests stand between. */
  #transportOption(kind: string, option: string, text: string): boolean {
    if (!this.#implied(kind)) return false
    const last = this.#others.length - 1
    if (this.#transport === null) {
      this.#transport = { kind, at: last + 1, options: new Set([option]) }
      return this.#add(`-m ${kind}${text}`)
    }
    const { options, at } = this.#transport
    if (this.#transport.kind !== kind || options.has(option) || at !== last) return false
    options.add(option)
    this.#others[at] += text
    return true
  }

  #ports(kind: string, field: string, tokens: NftTokens): boolean {
    // `tcp sport . tcp dport { … }` is another test
    if (tokens.peek() === '.') return false
    const not = tokens.take('!=') ? '! ' : ''
    const value = tokens.peek() in BOUNDS ? bounded(tokens) : tokens.word()
    const option = `--${field}`
    if (PORTS.test(value)) {
      const ports = value.replace('-', ':')
      if (this.#transportOption(kind, option, ` ${not}${option} ${ports}`)) return true
      return this.#implied(kind) && this.#add(`-m multiport ${not}${option}s ${ports}`)
    }
    const list = setOf(value)
    // multiport has room for 15
    const room = list.reduce((sum, each) => sum + (each.includes('-') ? 2 : 1), 0)
    if (list.length === 0 || room > 15 || !list.every((each) => PORTS.test(each))) return false
    return this.#implied(kind) && this.#add(`-m multiport ${not}${option}s ${list.join(',').replaceAll('-', ':')}`)
  }

  /** `syn / fin,syn,rst,ack`, `!= syn / …`, `& (fin | syn) == syn`, `fin,syn` (one of them at least), `! fin,syn` (none) */
  #flags(tokens: NftTokens): boolean {
    let not = ''
    let mask: string | null
    let set: string | null
    if (tokens.take('&')) {
      mask = flagList(parenthesised(tokens), '|')
      not = tokens.take('!=') ? '! ' : ''
      if (not === '' && !tokens.take('==')) return false
      set = tokens.take('0x0') || tokens.take('0') ? 'NONE' : flagList(parenthesised(tokens), '|')
    } else {
      const none = tokens.take('!')
      not = tokens.take('!=') ? '! ' : ''
      const first = flagList(tokens.word(), ',')
      if (tokens.take('/')) {
        set = first
        mask = flagList(tokens.word(), ',')
        if (none) return false
      } else {
        if (not !== '') return false
        mask = first
        set = 'NONE'
        not = none ? '' : '! '
      }
    }
    if (mask === null || set === null) return false
    return this.#transportOption('tcp', '--tcp-flags', ` ${not}--tcp-flags ${mask} ${set}`)
  }

  #icmp(tokens: NftTokens): boolean {
    if (!tokens.take('type')) return false
    const not = tokens.take('!=') ? '! ' : ''
    const word = tokens.word()
    const type = /^[0-9]{1,3}$/.test(word) ? word : ICMP_TYPES.get(word)
    if (type === undefined) return false
    return this.#implied('icmp') && this.#add(`-m icmp ${not}--icmp-type ${type}`)
  }

  #ct(tokens: NftTokens): boolean {
    if (tokens.take('mark')) return this.#masked(tokens, 'connmark')
    // what is said of the status may be half of what is asked: `--ctstate NEW,DNAT` is printed as `ct status dnat`
    if (!tokens.take('state')) return false
    const not = tokens.take('!') || tokens.take('!=') ? '! ' : ''
    const states = tokens.word().split(',')
    if (!states.every((state) => STATES.has(state))) return false
    return this.#add(`-m conntrack ${not}--ctstate ${states.join(',').toUpperCase()}`)
  }

  /** `fib daddr type local`. Of a source with a destination nft prints the source alone, and so what it prints of a source is not sure. */
  #fib(tokens: NftTokens): boolean {
    if (!tokens.take('daddr', 'type')) return false
    const not = tokens.take('!=') ? '! ' : ''
    const word = tokens.word()
    const types = word.startsWith('{') ? setOf(word) : [word]
    if (types.length === 0 || !types.every((type) => /^[a-z]{3,11}$/.test(type))) return false
    return this.#add(`-m addrtype ${not}--dst-type ${types.join(',').toUpperCase()}`)
  }

  /** `rate 5/minute burst 10 packets`; a burst of 5 is not printed. */
  #limit(tokens: NftTokens): boolean {
    if (!tokens.take('rate')) return false
    const rate = tokens.word()
    if (!/^[0-9]{1,10}\/(?:second|minute|hour|day)$/.test(rate)) return false
    let burst = '5'
    if (tokens.take('burst')) {
      burst = tokens.word()
      if (!NUMBER.test(burst) || !tokens.take('packets')) return false
    }
    return this.#add(`-m limit --limit ${rate} --limit-burst ${burst}`)
  }
}

/** What to add to the number to have the last port, or the first. */
const BOUNDS: { readonly [sign: string]: number } = Object.assign(Object.create(null), {
  '<': -1,
  '<=': 0,
  '>': 1,
  '>=': 0,
})

/** `<= 22` as `0-22` */
function bounded(tokens: NftTokens): string {
  const sign = tokens.word()
  const number = tokens.word()
  const bound = Number(number) + BOUNDS[sign]!
  if (!/^[0-9]{1,5}$/.test(number) || bound < 0 || bound > 65535) return ''
  return sign.startsWith('<') ? `0-${bound}` : `${bound}-65535`
}

/** `{ 80, 443 }` */
function setOf(word: string): string[] {
  if (!word.startsWith('{') || !word.endsWith('}')) return []
  return word
    .slice(1, -1)
    .split(',')
    .map((each) => each.trim())
}

/** `(fin | syn)` or one word. */
function parenthesised(tokens: NftTokens): string {
  let text = tokens.word()
  if (!text.startsWith('(')) return text
  while (!text.endsWith(')') && !tokens.atEnd) text += tokens.word()
  return text.slice(1, -1)
}

function flagList(text: string, separator: string): string | null {
  const names = text.split(separator).map((name) => name.trim())
  return names.every((name) => FLAGS.has(name)) ? names.join(',').toUpperCase() : null
}

/** nft's names (`icmp_type_tbl`, nftables src/proto.c). */
const ICMP_TYPES: ReadonlyMap<string, string> = new Map([
  ['echo-reply', '0'],
  ['destination-unreachable', '3'],
  ['source-quench', '4'],
  ['redirect', '5'],
  ['echo-request', '8'],
  ['router-advertisement', '9'],
  ['router-solicitation', '10'],
  ['time-exceeded', '11'],
  ['parameter-problem', '12'],
  ['timestamp-request', '13'],
  ['timestamp-reply', '14'],
  ['info-request', '15'],
  ['info-reply', '16'],
  ['address-mask-request', '17'],
  ['address-mask-reply', '18'],
])
