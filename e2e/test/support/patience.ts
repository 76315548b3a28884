/** How much longer things may take on the target under test than on processes of this machine: containers start slowly. */
export const PATIENCE = ['compose', 'cluster', 'deployed'].includes(process.env['COMANDA_TARGET'] ?? '')
  ? 3
  : 1
