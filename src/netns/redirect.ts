import { IPV4_BROADCAST, type Ipv4, isMulticast, isZeronet } from '../packet/address.ts'
import { isInNetwork } from '../route/index.ts'
import type { Link } from './link.ts'
import type { Stack } from './stack.ts'

/**
 * May the gateway that a redirect names take the place of the one that sent it (`__ip_do_redirect`, net/ipv4/route.c)? On a shared medium any
 * host may; else one that is near both, and with secure_redirects only one that some route names already.
 */
export function mayBecomeGateway(stack: Stack, link: Link, from: Ipv4, gateway: Ipv4): boolean {
  const { all } = stack.sysctl
  // with forwarding both must agree, a host needs only one (IN_DEV_RX_REDIRECTS)
  const accepts = link.forwarding
    ? all.accept_redirects & link.conf.accept_redirects
    : all.accept_redirects | link.conf.accept_redirects
  if (accepts === 0 || gateway === from) return false
  if (isMulticast(gateway) || isZeronet(gateway) || gateway === IPV4_BROADCAST) return false
  if (link.sharedMedia) return stack.addressType(gateway) === 'unicast'
  if (!link.addresses.some((each) => isInNetwork(gateway, each) && isInNetwork(from, each))) return false
  return !link.secureRedirects || isNamed(stack, link, gateway)
}

/** Does some route lead by way of it (`ip_fib_check_default`)? */
function isNamed(stack: Stack, link: Link, gateway: Ipv4): boolean {
  return stack.fib.routes().some((route) => route.gateway === gateway && route.ifindex === link.ifindex)
}
