// What a client says of a call that it should refuse, or what it answers in place of that.
module.exports = async function refused(ask) {
  try {
    return String(await ask())
  } catch (error) {
    return error.message
  }
}
