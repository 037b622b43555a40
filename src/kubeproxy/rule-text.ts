import type { AddressTest, Rule } from '../netfilter/rule.ts'
import { formatIpv4, lengthOfMask } from '../packet/address.ts'
import {
  countOfDraw,
  FOLLOWING,
  FOLLOWING_OR_DNAT,
  FROM_ANYWHERE,
  INVALID,
  isWrittenAsAddress,
  type KubeProxyMatch,
  type KubeProxyTarget,
  probabilityText,
} from './rule-parts.ts'

/**
 * A rule in kube-proxy's own words, with a blank ahead: options stand in the order in which it gives them to
 * iptables-restore, which is not the order in which iptables-save prints the rule later (`-m tcp -p tcp -d …`,
 * `--or-mark`, ten decimals).
 */
export function printRule(rule: Rule): string {
  const { src, dst, in: device } = rule.ip
  let text = ''
  // where the addresses stand depends on the match that follows them: the protocol's, conntrack's, or none
  let dstText = dst === undefined ? '' : printAddress('-d', dst)
  let srcText = src === undefined ? '' : printAddress('-s', src)
  if (rule.ip === FROM_ANYWHERE) srcText = ' -s 0.0.0.0/0'
  for (const match of rule.matches as readonly KubeProxyMatch[]) {
    switch (match.kind) {
      case 'tcp':
      case 'udp':
      case 'sctp':
        text += ` -m ${match.kind} -p ${match.kind}${dstText}`
        if (match.dport !== undefined) text += ` --dport ${match.dport.min}`
        dstText = ''
        break
      case 'conntrack':
        text += `${dstText}${srcText}${printMatch(match)}`
        dstText = ''
        srcText = ''
        break
      default:
        text += printMatch(match)
    }
  }
  text += dstText + srcText
  if (device !== undefined) text += `${device.invert ? ' !' : ''} -i ${device.name}`
  return rule.target === null ? text : `${text} -j ${printTarget(rule.target as KubeProxyTarget)}`
}

function printAddress(option: string, test: AddressTest): string {
  const suffix = isWrittenAsAddress(test) ? '' : `/${lengthOfMask(test.mask)}`
  return `${test.invert ? ' !' : ''} ${option} ${formatIpv4(test.address)}${suffix}`
}

const STATE_NAMES: { readonly [bits: number]: string } = {
  [INVALID]: 'INVALID',
  [FOLLOWING]: 'RELATED,ESTABLISHED',
  [FOLLOWING_OR_DNAT]: 'RELATED,ESTABLISHED,DNAT',
}

function printMatch(match: Exclude<KubeProxyMatch, { kind: 'tcp' | 'udp' | 'sctp' }>): string {
  switch (match.kind) {
    case 'comment':
      // a name alone stands without quotes
      return ` -m comment --comment ${match.text.includes(' ') ? `"${match.text}"` : match.text}`
    case 'addrtype':
      return ` -m addrtype --${match.src === undefined ? 'dst' : 'src'}-type LOCAL`
    case 'mark':
      return ` -m mark${match.invert ? ' !' : ''} --mark ${markText(match.mark)}/${markText(match.mask)}`
    case 'conntrack':
      return ` -m conntrack${match.states!.invert ? ' !' : ''} --ctstate ${STATE_NAMES[match.states!.bits]}`
    case 'statistic':
      return ` -m statistic --mode random --probability ${probabilityText(countOfDraw(match))}`
    case 'recent':
      return match.action === 'set'
        ? ` -m recent --name ${match.name} --set`
        : ` -m recent --name ${match.name} --rcheck --seconds ${match.seconds} --reap`
    case 'nfacct':
      return ` -m nfacct --nfacct-name ${match.name}`
  }
}

/** Go's `%#08x`: eight digits behind the 0x. */
function markText(mark: number): string {
  return `0x${mark.toString(16).padStart(8, '0')}`
}

function printTarget(target: KubeProxyTarget): string {
  switch (target.kind) {
    case 'jump':
      return target.chain
    case 'MARK':
      return `MARK --${target.mask === 0 ? 'xor' : 'or'}-mark ${markText(target.value)}`
    case 'MASQUERADE':
      return target.randomFully ? 'MASQUERADE --random-fully' : 'MASQUERADE'
    case 'DNAT':
      return `DNAT --to-destination ${formatIpv4(target.addresses!.min)}:${target.ports!.min}`
    default:
      return target.kind
  }
}
