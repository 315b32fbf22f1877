import process from 'node:process'

// A thread of the confined process. Whatever the others do, even turn in circles for ever, it notices that the process
// that all this is done for has ended, and ends this one.
const parent = process.ppid
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, 500)
