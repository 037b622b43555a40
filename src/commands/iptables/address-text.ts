/** The names that every machine knows (/etc/hosts, /etc/networks) stand for their addresses. */
const NAMES: Readonly<Record<string, string>> = {
  '127.0.0.1': 'localhost',
  '0.0.0.0': 'default',
  '127.0.0.0': 'loopback',
  '169.254.0.0': 'link-local',
}

/** `ADDRESS`, `ADDRESS/MASK` */
export function addressText(text: string, numeric: boolean): string {
  const [address = '', mask = ''] = text.split('/')
  if (text === '0.0.0.0/0' && !numeric) return 'anywhere'
  return `${(numeric ? undefined : NAMES[address]) ?? address}${mask === '' || mask === '32' ? '' : `/${mask}`}`
}
