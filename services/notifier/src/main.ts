import { readConfig } from '@comanda/shared/config'
import { runService } from '@comanda/shared/service'
import { redriveCommand, runCommand } from './commands.js'
import { Config, RedriveConfig } from './config.js'
import { startService } from './service.js'

const [command = 'run', ...args] = process.argv.slice(2)
if (command === 'run') await runService(async () => startService(readConfig(Config, process.env)))
else if (command === 'redrive')
  await runCommand(async (signal) => redriveCommand(readConfig(RedriveConfig, process.env), args, signal))
else {
  process.stderr.write(`notifier has no command "${command}": use run or redrive.\n`)
  process.exitCode = 2
}
