import process from 'node:process'
import { workerData } from 'node:worker_threads'

// A thread of the confined process. Whatever the others do, even turn in circles for ever, it notices that the process
// that all this is done for has ended, and ends this one.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
}, 500)
