"""Network shares are told from local disks."""

from __future__ import annotations

import pytest

from territorymap.document.network import (
    is_on_share,
    is_shared_type,
    parse_linux_mounts,
    parse_mac_mounts,
    type_of_mount,
)

LINUX = r"""proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
//server/plans /mnt/team\040drive cifs rw 0 0
server:/home /mnt/home nfs4 rw 0 0
/dev/sdb1 /mnt/home/local xfs rw 0 0
sshfs#x /mnt/ssh fuse.sshfs rw 0 0
"""
MAC = """/dev/disk1s1 on / (apfs, local, journaled)
//ada@server/plans on /Volumes/plans (smbfs, nodev, nosuid, mounted by ada)
"""


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/home/ada/plan.gpkg", False),
        ("/mnt/team drive/plan.gpkg", True),
        ("/mnt/team drives/plan.gpkg", False),
        ("/mnt/home/ada/plan.gpkg", True),
        ("/mnt/home/local/plan.gpkg", False),
        ("/mnt/ssh/plan.gpkg", True),
    ],
)
def test_linux_mounts(place, expected):
    assert is_shared_type(type_of_mount(place, parse_linux_mounts(LINUX))) is expected


def test_mac_mounts():
    assert is_shared_type(type_of_mount("/Volumes/plans/a.gpkg", parse_mac_mounts(MAC)))
    assert not is_shared_type(type_of_mount("/Users/ada/a.gpkg", parse_mac_mounts(MAC)))


def test_a_temporary_folder_is_local(tmp_path):
    assert not is_on_share(tmp_path / "plan.gpkg")
