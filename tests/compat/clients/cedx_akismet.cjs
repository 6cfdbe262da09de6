// Drives npm's `@cedx/akismet`: address and key in, what it understood out, as JSON.
const path = require('path')
const { pathToFileURL } = require('url')
const refused = require('./refused.cjs')

const [base, key, civil, harsh] = process.argv.slice(2)

async function main() {
  // Modules of this kind are not looked for where NODE_PATH says.
  const index = path.join(process.env.NODE_PATH, '@cedx', 'akismet', 'lib', 'index.js')
  const { Author, Blog, Client, Comment } = await import(pathToFileURL(index))
  const blog = new Blog({ url: 'https://blog.example', charset: 'UTF-8', languages: ['en', 'fr'] })
  const author = new Author({ ipAddress: '192.0.2.7', name: 'Dora', role: 'subscriber' })
  const comment = content => new Comment({
    author, content, context: ['bridges', 'rivers'], date: new Date(), type: 'comment',
    permalink: new URL('https://blog.example/a'), postModified: new Date()
  })
  const ours = new Client(key, blog, { baseUrl: base })
  const others = new Client('ba9876543210', blog, { baseUrl: base })
  const found = {
    keys: [await ours.verifyKey(), await others.verifyKey()],
    harsh: await ours.checkComment(comment(harsh)),
    civil: await ours.checkComment(comment(civil)),
    told: [await ours.submitHam(comment(harsh)), await ours.submitSpam(comment(civil))].length,
    refused: await refused(() => others.checkComment(comment(civil))),
    empty: await refused(() => ours.checkComment(comment('')))
  }
  console.log(JSON.stringify(found))
}

main()
