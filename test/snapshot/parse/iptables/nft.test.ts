import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { restoreTables, unsupportedPart } from '../../../../src/netfilter/command/restore.ts'
import { NO_TABLES } from '../../../../src/netfilter/command/tables.ts'
import { KubehopError } from '../../../../src/packet/index.ts'
import { EvidenceBuilder } from '../../../../src/snapshot/parse/builder.ts'
import { readIptables, rulePlaces } from '../../../../src/snapshot/parse/iptables/index.ts'

const read = (text: string, command = 'nft list ruleset') => readIptables(command.split(' '), text, { file: 'nft' })[0]!

/** A rule of filter's INPUT, with a chain X beside it. */
function rule(text: string): string {
  const { text: saved } = read(`table ip filter {\n\tchain X {\n\t}\n\tchain INPUT {\n\t\t${text}\n${BASE}\t}\n}\n`)
  const { tables, errors } = restoreTables(saved, NO_TABLES, { keepUnsupported: true })
  expect(errors.map(({ message }) => message)).toEqual([])
  const [first] = tables.get('filter')!.chains.get('INPUT')!.rules
  const line = saved
    .split('\n')
    .find((each) => each.includes('-A INPUT'))!
    .replace('[0:0] -A INPUT ', '')
  expect(line.includes('???')).toBe(unsupportedPart(first!) !== null)
  return line
}
const BASE = '\t\ttype filter hook input priority filter; policy accept;\n'

const RULESET = `# Warning: table ip nat is managed by iptables-nft, do not touch!
table ip nat { # handle 3
	chain KUBE-SVC { # handle 1
		meta l4proto tcp ip saddr != 10.244.0.0/16 ip daddr 10.96.0.1  tcp dport 443 counter packets 2 bytes 120 jump KUBE-MARK-MASQ # handle 9
	}

	chain KUBE-MARK-MASQ { # handle 2
		counter packets 2 bytes 120 meta mark set mark or 0x4000 # handle 10
	}

	chain PREROUTING { # handle 5
		type nat hook prerouting priority dstnat; policy accept;
		 counter packets 7 bytes 420 jump KUBE-SVC # handle 11
	}
}
table ip6 nat {
	chain POSTROUTING {
		type nat hook postrouting priority srcnat; policy accept;
	}
}
table inet firewalld {
	set allowed { type ipv4_addr; flags interval
		elements = { 10.0.0.0/8,
			     192.168.0.0/16 }
	}
	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		tcp dport { 22, 80 } accept
	}
}
`

describe('nft list ruleset', () => {
  it('becomes the text of iptables-save', () => {
    const evidence = read(RULESET)
    expect(evidence.text).toBe(`*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SVC - [0:0]
:KUBE-MARK-MASQ - [0:0]
[7:420] -A PREROUTING -j KUBE-SVC
[2:120] -A KUBE-SVC ! -s 10.244.0.0/16 -d 10.96.0.1 -p tcp -m tcp --dport 443 -j KUBE-MARK-MASQ
[2:120] -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
COMMIT
`)
    expect(evidence).toMatchObject({ backend: 'nft', missing: [] })
    expect(rulePlaces(evidence)('nat', 'KUBE-MARK-MASQ', 1)).toEqual({ file: 'nft', line: 8 })
    expect(evidence.foreign).toEqual([{ text: 'inet firewalld', source: { file: 'nft', line: 21 } }])
  })

  it('of one table or chain leaves the others open', () => {
    const table = RULESET.slice(0, RULESET.indexOf('table ip6'))
    expect(read(table, 'nft -a list table ip nat').missing).toEqual(['raw', 'mangle', 'filter', 'security'])
    expect(read(table, 'nft list table nat').missing).toEqual(['raw', 'mangle', 'filter', 'security'])
    const { text } = read(
      'table ip nat {\n\tchain A {\n\t\tcounter packets 0 bytes 0 jump B\n\t}\n}\n',
      'nft list chain ip nat A',
    )
    expect(text).toContain('-A B -j ???')
    expect(text).toContain('-A POSTROUTING -j ???')
  })

  it('tells of base chains that iptables does not make', () => {
    const other = (head: string, table = 'filter') =>
      read(`table ip ${table} {\n\tchain INPUT {\n\t\ttype ${head}\n\t}\n\tchain zz {\n\t}\n}\n`).foreign
    expect(other('filter hook input priority 0; policy drop;')).toBeUndefined()
    expect(other('nat hook input priority 100; policy accept;', 'nat')).toBeUndefined()
    expect(other('filter hook input priority security; policy accept;', 'security')).toBeUndefined()
    for (const head of [
      'filter hook input priority 5; policy accept;',
      'filter hook forward priority 0; policy accept;',
      'nat hook input priority 0; policy accept;',
      'filter hook input priority filter - 1; policy accept;',
    ]) {
      expect(other(head), head).toEqual([{ text: 'ip filter INPUT', source: { file: 'nft', line: 2 } }])
    }
    const builder = new EvidenceBuilder({ name: 'n', host: 'n', id: 0, isHost: true, owners: [] })
    builder.add('nft list ruleset', RULESET, {})
    builder.add('nft list tables', 'table ip nat\ntable inet firewalld\n', {})
    expect(builder.finish().foreignTables.map(({ text }) => text)).toEqual(['inet firewalld'])
  })

  it.each([
    ['ip saddr & 255.0.255.0 == 10.0.1.0 counter packets 0 bytes 0', '-s 10.0.1.0/255.0.255.0'],
    ['iifname != "veth*" counter packets 0 bytes 0 drop', '! -i veth+ -j DROP'],
    [
      'tcp flags & (fin | syn | rst | ack) == syn counter packets 0 bytes 0',
      '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
    ],
    ['tcp flags != syn / fin,syn,rst,ack counter packets 0 bytes 0', '-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN'],
    ['tcp flags ! fin,syn counter packets 0 bytes 0', '-p tcp -m tcp --tcp-flags FIN,SYN NONE'],
    ['udp sport 1-5 udp dport != 53 counter packets 0 bytes 0', '-p udp -m udp --sport 1:5 ! --dport 53'],
    [
      'meta l4proto tcp tcp dport { 80, 8000-8080 } counter packets 0 bytes 0',
      '-p tcp -m multiport --dports 80,8000:8080',
    ],
    [
      'meta mark & 0x00004000 != 0x00004000 counter packets 0 bytes 0 return',
      '-m mark ! --mark 0x4000/0x4000 -j RETURN',
    ],
    [
      'ct state related,established counter packets 0 bytes 0 accept',
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
    ['ct mark and 0xff == 0x1 counter packets 0 bytes 0', '-m connmark --mark 0x1/0xff'],
    ['fib daddr type != { local, broadcast } counter packets 0 bytes 0', '-m addrtype ! --dst-type LOCAL,BROADCAST'],
    ['limit rate 10/second burst 20 packets counter packets 0 bytes 0', '-m limit --limit 10/second --limit-burst 20'],
    ['counter packets 0 bytes 0 meta mark set meta mark & 0xffffff00 ^ 0x1', '-j MARK --set-xmark 0x1/0xff'],
    ['counter packets 0 bytes 0 meta mark set 0x4000', '-j MARK --set-xmark 0x4000/0xffffffff'],
    ['counter packets 0 bytes 0 ct mark set mark', '-j CONNMARK --save-mark'],
    ['counter packets 0 bytes 0 reject with icmp host-prohibited', '-j REJECT --reject-with icmp-host-prohibited'],
    ['counter packets 0 bytes 0 log prefix "a "b" drop " level debug flags skuid', '-j LOG'],
    ['counter packets 0 bytes 0 jump X comment "kubernetes drop"', '-j X'],
    ['counter goto X', '-g X'],
    // extensions of which nft prints the name alone
    ['xt match "comment" counter packets 0 bytes 0 jump X', '-j X'],
    ['# xt_comment # xt_recent counter packets 0 bytes 0 # xt_MASQUERADE', '-m recent ??? -j MASQUERADE ???'],
    ['xt match "statistic" counter packets 0 bytes 0 jump X', '-m statistic ??? -j X'],
    ['counter packets 0 bytes 0 xt target "DNAT"', '-j DNAT ???'],
    ['counter packets 0 bytes 0 xt target LOG', '-j LOG'],
    // `--ctstate NEW,DNAT` and a source with a destination are printed like that, too
    ['ct status dnat counter packets 0 bytes 0 accept', '-m unread ??? "ct status dnat" -j ACCEPT'],
    ['fib saddr type local counter packets 0 bytes 0 drop', '-m unread ??? "fib saddr type local" -j DROP'],
    [
      'ip saddr @blocked tcp dport 80 counter packets 0 bytes 0 drop',
      '-m unread ??? "ip saddr @blocked tcp dport 80" -j DROP',
    ],
    ['tcp dport http accept', '-p tcp -m unread ??? "tcp dport http accept" -j unread ???'],
    ['tcp dport <= 22 counter packets 0 bytes 0 drop', '-p tcp -m tcp --dport 0:22 -j DROP'],
    ['tcp sport > 1023 counter packets 0 bytes 0', '-p tcp -m tcp --sport 1024:65535'],
    ['counter packets 0 bytes 0 ip6 dscp set 0x04', '-j unread ??? "ip6 dscp set 0x04"'],
  ])('%s', (nft, saved) => {
    expect(rule(nft)).toBe(saved)
  })

  it('errors name the line', () => {
    const refusal = (text: string) => {
      try {
        read(text)
      } catch (error) {
        if (error instanceof KubehopError) return `${error.code} ${error.where.line}`
        throw error
      }
      return null
    }
    expect(refusal(RULESET.slice(0, 300))).toMatch(/BAD_RULE_FILE/)
    expect(refusal('\nhello\n')).toBe('BAD_RULE_FILE 2')
    expect(refusal(RULESET + RULESET)).toBe('BAD_RULE_FILE 32')
  })

  it('survives what is no ruleset', () => {
    fc.assert(
      fc.property(fc.nat(RULESET.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 8 }), (at, skip, junk) => {
        try {
          read(RULESET.slice(0, at) + junk + RULESET.slice(at + skip))
        } catch (error) {
          expect(error).toBeInstanceOf(KubehopError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
