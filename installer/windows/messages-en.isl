; What Inno Setup's own English does not say, or says less plainly.
[Messages]
UninstalledAll=%1 was removed. Your plans and settings are where they were.
ConfirmUninstall=Remove %1 from this computer? Your plans and settings stay.

[CustomMessages]
DesktopShortcut=A shortcut on the &desktop
ProgramComment=Draw, reassign and balance sales territories, offline
PlanFile=Territory plan (GeoPackage)
StartNow=Start Territory Map now
