mkdir -p '/scratch'
grep -qsxF 'tmpfs /scratch tmpfs size=16m 0 0' /etc/fstab || printf '%s\n' 'tmpfs /scratch tmpfs size=16m 0 0' >> /etc/fstab
mountpoint -q '/scratch' || mount '/scratch'
mkdir -p '/data'
grep -qsxF 'LABEL=data /data auto defaults,nofail 0 2' /etc/fstab || printf '%s\n' 'LABEL=data /data auto defaults,nofail 0 2' >> /etc/fstab
mountpoint -q '/data' || mount '/data' || echo '/data could not be mounted, and need not be'
mkdir -p '/it'\''s'
grep -qsxF '/dev/$(id) /it'\''s auto defaults 0 2' /etc/fstab || printf '%s\n' '/dev/$(id) /it'\''s auto defaults 0 2' >> /etc/fstab
mountpoint -q '/it'\''s' || mount '/it'\''s'
