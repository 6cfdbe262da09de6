// Drives npm's `akismet-api`: address and key in, what it understood out, as JSON.
const dns = require('dns')
const { AkismetClient } = require('akismet-api')
const refused = require('./refused.cjs')

const [base, key, civil, harsh] = process.argv.slice(2)
const about = { ip: '192.0.2.7', useragent: 'Mozilla/5.0', name: 'Carl', permalink: 'https://blog.example/a' }

// Finds what an entry in DNS would: not every system knows the names below localhost.
const lookUp = dns.lookup
dns.lookup = (host, ...rest) => lookUp(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)

function client(key) {
  const there = { key, blog: 'https://blog.example', protocol: 'http', host: `localhost:${new URL(base).port}` }
  return new AkismetClient(there)
}

async function main() {
  const ours = client(key)
  const others = client('ba9876543210')
  const told = [
    await ours.submitHam({ ...about, content: harsh }),
    await ours.submitSpam({ ...about, content: civil })
  ]
  const found = {
    keys: [await ours.verifyKey(), await others.verifyKey()],
    harsh: await ours.checkSpam({ ...about, content: harsh }),
    civil: await ours.checkSpam({ ...about, content: civil }),
    told: told.map(answer => answer.text),
    refused: await refused(() => others.checkSpam({ ...about, content: civil })),
    empty: await refused(() => ours.checkSpam({ ...about, content: '' }))
  }
  console.log(JSON.stringify(found))
}

main()
