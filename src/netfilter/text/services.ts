/** Names of ports that people write in rules (/etc/services): enough for real rule sets, and all are printed as numbers anyway. */
const NAMES =
  'tcpmux:1 echo:7 discard:9 daytime:13 ftp-data:20 ftp:21 ssh:22 telnet:23 smtp:25 time:37 whois:43 tacacs:49 domain:53 bootps:67 bootpc:68 ' +
  'tftp:69 gopher:70 finger:79 http:80 www:80 kerberos:88 pop3:110 sunrpc:111 auth:113 ident:113 nntp:119 ntp:123 epmap:135 netbios-ns:137 ' +
  'netbios-dgm:138 netbios-ssn:139 imap2:143 imap:143 snmp:161 snmp-trap:162 snmptrap:162 xdmcp:177 bgp:179 irc:194 ldap:389 https:443 ' +
  'microsoft-ds:445 kpasswd:464 submissions:465 isakmp:500 syslog:514 shell:514 login:513 exec:512 printer:515 route:520 submission:587 ' +
  'ipp:631 ldaps:636 domain-s:853 rsync:873 ftps:990 telnets:992 imaps:993 pop3s:995 socks:1080 openvpn:1194 ms-sql-s:1433 l2f:1701 ' +
  'l2tp:1701 radius:1812 radius-acct:1813 nfs:2049 iscsi-target:3260 mysql:3306 svn:3690 ipsec-nat-t:4500 sip:5060 sip-tls:5061 ' +
  'xmpp-client:5222 xmpp-server:5269 mdns:5353 postgresql:5432 amqps:5671 amqp:5672 x11:6000 redis:6379 http-alt:8080'

/** Those that only exist for TCP: with `-p udp` iptables does not know them. */
const TCP_ONLY = new Set(
  (
    'tcpmux ftp-data ftp ssh telnet smtp whois gopher finger http www pop3 auth ident nntp imap2 imap bgp irc login exec shell ' +
    'printer submissions submission ldaps rsync ftps telnets imaps pop3s ms-sql-s mysql svn postgresql xmpp-client xmpp-server amqps redis'
  ).split(' '),
)

/** Those that only exist for UDP. */
const UDP_ONLY = new Set(
  'bootps bootpc tftp ntp netbios-ns netbios-dgm xdmcp isakmp syslog route ipsec-nat-t mdns'.split(' '),
)

const ports = new Map(
  NAMES.split(' ').map((pair) => {
    const colon = pair.indexOf(':')
    return [pair.slice(0, colon), Number(pair.slice(colon + 1))] as const
  }),
)

const names = [new Map<number, string>(), new Map<number, string>()] as const
for (const [name, port] of ports) {
  for (const udp of [0, 1] as const) {
    if ((udp === 1 ? TCP_ONLY : UDP_ONLY).has(name) || names[udp].has(port)) continue
    names[udp].set(port, name)
  }
}

/** What `-L` prints for a port, or undefined where it has no name. */
export function serviceName(port: number, udp: boolean): string | undefined {
  return names[udp ? 1 : 0].get(port)
}

/** The port of a service name, or undefined. */
export function servicePort(name: string, udp: boolean): number | undefined {
  return udp && TCP_ONLY.has(name) ? undefined : ports.get(name)
}
