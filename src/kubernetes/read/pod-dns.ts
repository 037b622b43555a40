import { tryParseIpv4 } from '../../packet/address.ts'
import type { DnsPolicy, HostAlias, PodDnsConfig } from '../objects/pod.ts'
import type { ReadContext } from './context.ts'
import { HOST_ALIAS_FIELDS, noteUnknownFields, POD_DNS_CONFIG_FIELDS, POD_DNS_OPTION_FIELDS } from './known-fields.ts'
import { dnsSubdomain, isDnsSubdomain } from './names.ts'
import { type Fields, field, isIpv6, listField, mapping, oneOf, type Reader, required, text } from './values.ts'

// What a pod says about names (`validatePodDNSConfig`, `ValidateHostAliases`, pkg/apis/core/validation/validation.go).

const MAX_NAMESERVERS = 3
const MAX_SEARCHES = 32
const MAX_SEARCH_CHARACTERS = 2048

export const dnsPolicy: Reader<DnsPolicy> = oneOf('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None')

/** Names stay text: nothing is sent to them, and IPv6 ones stand in a resolv.conf as well. */
const address: Reader<string> = (value, context) => {
  const given = text(value, context)
  if (given !== undefined && tryParseIpv4(given) === undefined && !isIpv6(given))
    context.refused(`must be an IP address, not ${JSON.stringify(given)}`)
  return given
}

/** A domain, with or without the dot that ends it; `.` alone is the root. */
const search: Reader<string> = (value, context) => {
  const domain = text(value, context)
  // underscores are allowed here (RelaxedDNSSearchValidation)
  if (domain === undefined || domain === '.') return domain
  if (!isDnsSubdomain(domain.replace(/\.$/, '').replaceAll('_', 'x')))
    context.refused(`must be a domain, not ${JSON.stringify(domain)}`)
  return domain
}

const option: Reader<PodDnsConfig['options'][number]> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, POD_DNS_OPTION_FIELDS, context)
  const name = required(fields, 'name', text, context)
  return name === undefined ? undefined : { name, value: field(fields, 'value', text, context) }
}

const dnsConfig: Reader<PodDnsConfig> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, POD_DNS_CONFIG_FIELDS, context)
  const config = {
    nameservers: listField(fields, 'nameservers', address, context),
    searches: listField(fields, 'searches', search, context),
    options: listField(fields, 'options', option, context),
  }
  refuseAt('nameservers', config.nameservers.length > MAX_NAMESERVERS, `at most ${MAX_NAMESERVERS}`, context)
  refuseAt('searches', config.searches.length > MAX_SEARCHES, `at most ${MAX_SEARCHES}`, context)
  const characters = config.searches.join(' ').length
  refuseAt('searches', characters > MAX_SEARCH_CHARACTERS, `at most ${MAX_SEARCH_CHARACTERS} characters`, context)
  return config
}

function refuseAt(name: string, wrong: boolean, limit: string, context: ReadContext): void {
  if (!wrong) return
  context.enter(name)
  context.refused(`must be ${limit}`)
  context.leave()
}

/** With the policy None nobody but the config says who answers. */
export function readDnsConfig(
  spec: Fields,
  policy: DnsPolicy | undefined,
  context: ReadContext,
): PodDnsConfig | undefined {
  const config = field(spec, 'dnsConfig', dnsConfig, context)
  if (policy === 'None' && (config === undefined || config.nameservers.length === 0)) {
    context.enter('dnsConfig')
    context.refused('must give one nameserver at least when dnsPolicy is None')
    context.leave()
  }
  return config
}

export const hostAlias: Reader<HostAlias> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, HOST_ALIAS_FIELDS, context)
  const ip = required(fields, 'ip', address, context)
  const hostnames = listField(fields, 'hostnames', dnsSubdomain, context)
  return ip === undefined ? undefined : { ip, hostnames }
}
